using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Publishing;

/// <summary>A kind of place to publish to. Each class in <c>Targets/</c> that has a page beside it is found by itself.</summary>
internal abstract class TargetKind
{
    private const string Prefix = "publishing/targets/";
    private const string Extension = ".md";

    private static readonly Lazy<ImmutableArray<TargetKind>> Discovered = new(() =>
    [
        .. from page in typeof(TargetKind).Assembly.GetManifestResourceNames()
           where page.StartsWith(Prefix, StringComparison.Ordinal)
           let name = $"{nameof(MergeOps)}.{nameof(Publishing)}.Targets.{page[Prefix.Length..^Extension.Length]}"
           let kind = (TargetKind)Activator.CreateInstance(typeof(TargetKind).Assembly.GetType(name, throwOnError: true)!)!
           orderby kind.Key
           select kind,
    ]);

    /// <summary>Every kind of this library, in the order of their keys.</summary>
    public static ImmutableArray<TargetKind> All => Discovered.Value;

    /// <summary>The key under a recipe's <c>publish</c>, and what a caller puts before the place and a colon.</summary>
    public abstract string Key { get; }

    /// <summary>How a place is named, such as <c>DIR</c>.</summary>
    public abstract string Form { get; }

    /// <summary>The place as a recipe's <c>publish</c> names it; null when it names none of this kind.</summary>
    protected abstract Located<string>? PlaceIn(PublishSettings settings);

    /// <summary>The target at a place.</summary>
    /// <param name="place">The place and, of a recipe's, where it stands.</param>
    /// <param name="folder">The absolute folder where relative paths start.</param>
    /// <param name="settings">The recipe's other settings; null when it has none.</param>
    /// <exception cref="MergeOpsException">It is no place of this kind.</exception>
    protected abstract PublishTarget At((string Text, SourceSpan? Span) place, string folder, PublishSettings? settings);

    /// <summary>Where a recipe is published; null when neither the recipe nor the caller says.</summary>
    /// <param name="recipe">The recipe; its folder starts relative paths of its own.</param>
    /// <param name="to">The caller's <c>folder:DIR</c>, relative to the current folder, or <c>hub:OWNER/NAME</c>; null leaves it to the recipe.</param>
    /// <exception cref="MergeOpsException">It is no place of any kind, or one that cannot take versions.</exception>
    public static PublishTarget? Find(Recipe recipe, string? to)
    {
        var (target, span) = to is null ? InRecipe(recipe) : (ByCaller(recipe, to), null);
        return target?.Objection(recipe) is { } objection ? throw new MergeOpsException(Codes.TargetNotAvailable, objection, span) : target;
    }

    /// <summary>An error where the place that a recipe names cannot take versions: known before anything is merged.</summary>
    public static void Check(Recipe recipe, DiagnosticBag found)
    {
        try
        {
            _ = Find(recipe, to: null);
        }
        catch (MergeOpsException refused)
        {
            // the reader may have said already that this is the name of no place
            if (!found.Any(finding => finding.Severity is Severity.Error && finding.Span == refused.Diagnostic.Span))
            {
                found.Add(refused.Diagnostic);
            }
        }
    }

    private static (PublishTarget? Target, SourceSpan? Span) InRecipe(Recipe recipe)
    {
        if (recipe.Publish is { } settings)
        {
            foreach (var kind in All)
            {
                if (kind.PlaceIn(settings) is { } place)
                {
                    return (kind.At((place.Value, place.Span), recipe.Folder, settings), place.Span);
                }
            }
        }

        return (null, null);
    }

    private static PublishTarget ByCaller(Recipe recipe, string to) =>
        All.FirstOrDefault(kind => to.StartsWith($"{kind.Key}:", StringComparison.Ordinal) && to.Length > kind.Key.Length + 1) is { } named
            ? named.At((to[(named.Key.Length + 1)..], null), Environment.CurrentDirectory, recipe.Publish)
            : throw new MergeOpsException(
                Codes.TargetNotAvailable, $"{TerminalText.Quoted(to)}; the targets are {string.Join(" and ", All.Select(kind => $"{kind.Key}:{kind.Form}"))}.");

    /// <summary>Where a recipe is published.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="to">What the caller names, or null.</param>
    /// <param name="option">The option with which a caller names one.</param>
    /// <exception cref="MergeOpsException">Neither says, or it is no place of any kind.</exception>
    public static PublishTarget Require(Recipe recipe, string? to, string option) => Find(recipe, to)
        ?? throw new MergeOpsException(
            Codes.NoPublishTarget,
            $"Give the recipe {string.Join(" or ", All.Select(kind => $"'publish: {{ {kind.Key}: {kind.Form} }}'"))}, or name one with {option}.",
            recipe.MergeMethod.Span);
}
