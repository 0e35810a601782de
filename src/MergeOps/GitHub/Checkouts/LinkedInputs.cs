using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Locking;

namespace MergeOps.GitHub.Checkouts;

/// <summary>
/// Finds links among what a recipe reads from its repository. A runner's checkout follows them and ours of a commit does not,
/// so that one recipe would give two plans; and a link can show what lies elsewhere on a machine.
/// </summary>
/// <param name="checkout">The checkout.</param>
internal sealed class LinkedInputs(Checkout checkout)
{
    /// <summary>The refusal of a recipe that is a link, or reads through one; null when there is none.</summary>
    /// <param name="recipe">The recipe's path from the repository's root.</param>
    public Diagnostic? RefusalOf(string recipe)
    {
        var file = checkout.FileOf(recipe);
        if (checkout.LinkAt(file) is { } own)
        {
            return Refusal(own, SourceSpan.File(file));
        }

        if (ReadRecipe.Run(checkout[recipe]).Recipe is not { } read)
        {
            return null;
        }

        foreach (var (path, span) in InputsOf(file, read))
        {
            if (IsInside(path) && (checkout.LinkAt(path) ?? checkout.LinkBelow(path)) is { } link)
            {
                return Refusal(link, span with { Path = Path.IsPathRooted(span.Path) ? checkout.PathOf(span.Path) : span.Path });
            }
        }

        return null;
    }

    private IEnumerable<(string Path, SourceSpan Span)> InputsOf(string recipe, Recipe read)
    {
        var beside = recipe.LastIndexOf('/') is >= 0 and var slash ? recipe[..(slash + 1)] : "";
        yield return (ModelLock.PathFor(recipe), SourceSpan.File(recipe));
        yield return (BesideRecipe.Chosen(recipe), SourceSpan.File(recipe));
        yield return ($"{beside}.locks", SourceSpan.File(recipe));
        foreach (var parent in read.Parents)
        {
            yield return (checkout.PathOf(parent), SourceSpan.File(recipe));
        }

        foreach (var model in ReferencedModels.PartsOf(read).Select(part => part.Model).Where(model => !ModelLocation.IsNetworkPath(model.Value.Path)))
        {
            yield return (InRepository(model.Value.Path, read), model.Span);
        }

        foreach (var file in read.LocalDataFiles.Concat(ReferencedStatistics.LocalFilesOf(read)))
        {
            yield return (InRepository(file.Value, read), file.Span);
        }
    }

    private string InRepository(string path, Recipe recipe) => checkout.PathOf(Path.Combine(recipe.Folder, path));

    private static bool IsInside(string path) => !Path.IsPathRooted(path) && path.Split('/')[0] != "..";

    private static Diagnostic Refusal(string link, SourceSpan span) => Diagnostic.Error(
        Codes.LinkInRepository,
        $"{TerminalText.Quoted(link)} is a symbolic link. A recipe reads only real files and folders of its repository: put what the link leads to in its place, or name that path.",
        span);
}
