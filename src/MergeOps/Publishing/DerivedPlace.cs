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
                    Codes.TargetNotAvailable, $"It and {TerminalText.Quoted(other.Named.Value)} are one folder, or one of them is inside the other. Name both the same, or a folder beside it.", place.Named.Span);
            }
        }

        return places;
    }

    /// <summary>Whether the places of a recipe take what is derived of the versions in a target: in the recipe's own alone, because a trial elsewhere must not replace what their users get.</summary>
    /// <param name="recipe">The recipe, which is published.</param>
    /// <param name="target">Where a version goes.</param>
    public static bool AreOf(Recipe recipe, PublishTarget target) => recipe.Publish is not { } publish || TargetKind.At(recipe, publish.Place.Value).Identity == target.Identity;

    /// <summary>A warning for each place that a version in a caller's target leaves as it is.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="target">Where the version goes.</param>
    /// <exception cref="MergeOpsException">The target is one of these places, or lies in it.</exception>
    public static IEnumerable<Diagnostic> LeftOut(Recipe recipe, PublishTarget target)
    {
        if (AreOf(recipe, target))
        {
            return [];
        }

        var places = Of(recipe);
        return places.FirstOrDefault(place => place.Target.Overlaps(target)) is { } taken
            ? throw new MergeOpsException(
                Codes.TargetNotAvailable, $"What --to names is where '{TerminalText.Escape(taken.Entries[0].Name)}' is published, or is in the same folder. Name another place.", taken.Named.Span)
            : places.Select(place => Diagnostic.Warning(
                Codes.DerivedElsewhere,
                $"{TerminalText.Quoted(place.Named.Value)} receives what belongs to the recipe's own place, but --to names another one. Change the place in the recipe to publish both.",
                place.Named.Span));
    }

    private static string? Objection(Recipe recipe, PublishTarget own, PublishTarget target) =>
        target.Identity == own.Identity ? "It is the place of the model. Leave 'to' out to publish the files beside the model, or name another place."
        : target.Overlaps(own) ? "It and the folder of the model's versions are the same, or one of them is inside the other, and nothing may be added to a version. Name a folder beside it."
        : target.Objection(recipe);
}
