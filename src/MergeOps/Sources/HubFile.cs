using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Recipes;

namespace MergeOps.Sources;

/// <summary>One file on the Hub: in which repository, at which revision, and where in it.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Revision">A branch, tag or commit; null for the default branch.</param>
/// <param name="Path">The file within the repository.</param>
internal sealed record HubFile(RepositoryName Repository, string? Revision, string Path)
{
    /// <summary>The file of an address that a recipe holds.</summary>
    /// <exception cref="MergeOpsException">It is no address, or names no repository that the Hub could have.</exception>
    public static HubFile Of(Located<string> location)
    {
        var named = HubFileReference.TryParse(location.Value, out var mistake);
        return named is null ? throw Malformed(location, mistake)
            : RepositoryName.TryParse(named.Repository, named.IsDataset ? RepositoryKind.Dataset : RepositoryKind.Model) is { } repository
                ? new(repository, named.Revision, named.Path)
                : throw Malformed(location, $"{TerminalText.Quoted(named.Repository)} is not a valid name on the Hub.");
    }

    /// <summary>Reports addresses of a recipe that the Hub could not have.</summary>
    public static void Check(Recipe recipe, DiagnosticBag found)
    {
        foreach (var file in ReferencedFiles.Of(recipe))
        {
            try
            {
                _ = Of(file.Location);
            }
            catch (MergeOpsException malformed)
            {
                found.Add(malformed.Diagnostic);
            }
        }
    }

    private static MergeOpsException Malformed(Located<string> location, string mistake) =>
        new(Codes.HubFileMalformed, $"{TerminalText.Quoted(location.Value)}: {mistake}", location.Span);
}
