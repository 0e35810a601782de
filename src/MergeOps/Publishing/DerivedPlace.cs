using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Publishing;

/// <summary>A place of their own for files that are derived of a model.</summary>
/// <param name="Target">The place.</param>
/// <param name="Named">As the recipe names it, at the first entry that does.</param>
/// <param name="Entries">What goes there.</param>
internal sealed record DerivedPlace(PublishTarget Target, Located<string> Named, ImmutableArray<DerivedSettings> Entries)
{
    /// <summary>The places of a recipe, in the order in which it names them.</summary>
    /// <exception cref="MergeOpsException">One of them cannot take versions, or is the model's own.</exception>
    public static ImmutableArray<DerivedPlace> Of(Recipe recipe)
    {
        if (recipe.Publish is not { } publish)
        {
            return [];
        }

        var own = TargetKind.At(recipe, publish.Place.Value);
        ImmutableArray<DerivedPlace> places =
        [
            .. from entry in publish.Derived
               let to = entry.To
               where to is not null
               let target = TargetKind.At(recipe, to.Value)
               group (entry, to, target) by target.Identity into same
               let first = same.First()
               select Objection(recipe, own, first.target) is { } objection
                   ? throw new MergeOpsException(Codes.TargetNotAvailable, objection, first.to.Span)
                   : new DerivedPlace(first.target, first.to, [.. same.Select(each => each.entry)]),
        ];
        foreach (var (number, place) in places.Index())
        {
            if (places.Take(number).FirstOrDefault(earlier => earlier.Target.Overlaps(place.Target)) is { } other)
            {
                throw new MergeOpsException(
                    Codes.TargetNotAvailable, $"It and {TerminalText.Quoted(other.Named.Value)} are one folder, or one of them lies within the other. Name both alike, or a folder beside it.", place.Named.Span);
            }
        }

        return places;
    }

    private static string? Objection(Recipe recipe, PublishTarget own, PublishTarget target) =>
        target.Identity == own.Identity ? "It is the place of the model. Leave 'to' out to publish the files beside the model, or name another place."
        : target.Overlaps(own) ? "It and the folder of the model's versions are one, or one of them lies within the other, and nothing may be added to a version. Name a folder beside it."
        : target.Objection(recipe);
}
