using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Publishing;

/// <summary>A kind of place to publish to. Each class in <c>Targets/</c> that has a page beside it is discovered automatically.</summary>
internal abstract class TargetKind : IRecipePlugIn
{
    private static readonly Lazy<ImmutableArray<TargetKind>> Discovered =
        new(() => [.. new PlugInFolder($"{nameof(Publishing)}/Targets").Instances<TargetKind>().OrderBy(kind => kind.Name, StringComparer.Ordinal)]);

    /// <summary>Every kind of this library, in the order of their keys.</summary>
    public static ImmutableArray<TargetKind> All => Discovered.Value;

    /// <summary>The key of a place under a recipe's <c>publish</c>; its name is what a caller puts before the place and a colon.</summary>
    public abstract KeyDeclaration Key { get; }

    /// <inheritdoc/>
    public string Name => Key.Name;

    /// <inheritdoc/>
    public string Summary => Key.Help;

    /// <inheritdoc/>
    public virtual ImmutableArray<KeyDeclaration> Keys => [Key];

    /// <summary>How a place is named, such as <c>DIR</c>.</summary>
    public abstract string Form { get; }

    /// <inheritdoc/>
    public virtual string Identity(string place, string folder) => place;

    /// <summary>What is wrong with a place, in sentences; null when nothing is.</summary>
    protected virtual string? ObjectionTo(string place) => null;

    /// <summary>The target at a place.</summary>
    /// <param name="place">A place of this kind.</param>
    /// <param name="folder">The absolute folder where relative paths start.</param>
    /// <param name="values">What the recipe says under <see cref="Keys"/>.</param>
    protected abstract PublishTarget At(string place, string folder, KeyValues values);

    /// <summary>Where a recipe is published; null when neither the recipe nor the caller says.</summary>
    /// <param name="recipe">The recipe; its folder starts relative paths of its own.</param>
    /// <param name="to">The caller's <c>folder:DIR</c>, relative to the current folder, or <c>hub:OWNER/NAME</c>; null leaves it to the recipe.</param>
    /// <exception cref="MergeOpsException">It is no place of any kind, or one that cannot take versions.</exception>
    public static PublishTarget? Find(Recipe recipe, string? to)
    {
        var target = to is null ? InRecipe(recipe) : ByCaller(recipe, to);
        return target?.Objection(recipe) is { } objection
            ? throw new MergeOpsException(Codes.TargetNotAvailable, objection, to is null ? recipe.Publish?.Place.Span : null)
            : target;
    }

    /// <summary>An error where the place that a recipe names cannot take versions: known before anything is merged.</summary>
    public static void Check(Recipe recipe, DiagnosticBag found)
    {
        try
        {
            _ = Find(recipe, to: null);
            _ = DerivedPlace.Of(recipe);
        }
        catch (MergeOpsException refused)
        {
            found.Add(refused.Diagnostic);
        }
    }

    /// <summary>A place of the kind of a recipe that is published, with what it says of such places.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="place">The place, as the recipe writes it.</param>
    public static PublishTarget At(Recipe recipe, string place) => ((TargetKind)recipe.Publish!.Target).At(place, recipe.Folder, recipe.Publish.Values);

    private static PublishTarget? InRecipe(Recipe recipe) => recipe.Publish is { } settings ? At(recipe, settings.Place.Value) : null;

    private static PublishTarget ByCaller(Recipe recipe, string to)
    {
        if (All.FirstOrDefault(kind => to.StartsWith($"{kind.Name}:", StringComparison.Ordinal) && to.Length > kind.Name.Length + 1) is not { } named)
        {
            throw new MergeOpsException(
                Codes.TargetNotAvailable, $"{TerminalText.Quoted(to)}; the targets are {string.Join(" and ", All.Select(kind => $"{kind.Name}:{kind.Form}"))}.");
        }

        var place = to[(named.Name.Length + 1)..];
        return named.ObjectionTo(place) is { } objection
            ? throw new MergeOpsException(Codes.TargetNotAvailable, objection)
            : named.At(place, Environment.CurrentDirectory, recipe.Publish is { } settings && settings.Target == named ? settings.Values : KeyValues.None);
    }

    /// <summary>Where a recipe is published.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="to">What the caller names, or null.</param>
    /// <param name="option">The option with which a caller names one.</param>
    /// <exception cref="MergeOpsException">Neither says, or it is no place of any kind.</exception>
    public static PublishTarget Require(Recipe recipe, string? to, string option) => Find(recipe, to)
        ?? throw new MergeOpsException(
            Codes.NoPublishTarget,
            $"Give the recipe {string.Join(" or ", All.Select(kind => $"'publish: {{ {kind.Name}: {kind.Form} }}'"))}, or name one with {option}.",
            recipe.MergeMethod.Span);
}
