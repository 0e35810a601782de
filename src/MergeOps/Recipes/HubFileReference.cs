using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Recipes;

/// <summary>
/// One file on the Hub as a recipe names it: <c>hf://[datasets/]owner/name[@revision]/path</c>, the addresses of Hugging Face's own
/// tools. A revision with a slash in it is written with <c>%2F</c>, but for <c>refs/pr/N</c> and <c>refs/convert/NAME</c>.
/// </summary>
/// <param name="IsDataset">Whether it lies in a data set; else in a model.</param>
/// <param name="Repository">The repository: <c>owner/name</c>, or one part for the oldest ones.</param>
/// <param name="Revision">A branch, tag or commit, or null.</param>
/// <param name="Path">The file within the repository.</param>
internal sealed partial record HubFileReference(bool IsDataset, string Repository, string? Revision, string Path)
{
    private const string Scheme = "hf://";
    private const string Datasets = "datasets/";
    private const string Singular = "dataset/";

    /// <summary>Whether a location means a file on the Hub, well-formed or not.</summary>
    public static bool IsOne(string location) => location.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Reads an address; null when it is none.</summary>
    /// <param name="location">The text.</param>
    /// <param name="mistake">Why it is none and what to do, in sentences.</param>
    public static HubFileReference? TryParse(string location, out string mistake)
    {
        var rest = IsOne(location) ? location[Scheme.Length..] : location;
        var isDataset = rest.StartsWith(Datasets, StringComparison.Ordinal);
        rest = isDataset ? rest[Datasets.Length..] : rest;
        var owner = rest.IndexOf('/', StringComparison.Ordinal);
        var slash = owner < 0 ? -1 : rest.IndexOf('/', owner + 1);
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        if (rest[..Math.Max(owner, 0)] is var kind && kind is "models" or "spaces" or "kernels" or "buckets")
        {
            mistake = kind == "models" ? "A model's file has no word before the owner: write hf://owner/name/path." : $"Files can come from models and data sets, not from {kind}.";
            return null;
        }

        string repository;
        string? revision = null;
        string path;
        if (at >= 0 && (slash < 0 || at < slash))
        {
            var tail = rest[(at + 1)..];
            var end = SlashedRevision().Match(tail) is { Success: true, Length: var length } ? length : tail.IndexOf('/', StringComparison.Ordinal);
            (repository, revision, path) = (rest[..at], Uri.UnescapeDataString(end < 0 ? tail : tail[..end]), end < 0 ? "" : tail[(end + 1)..]);
        }
        else
        {
            (repository, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        }

        mistake = !IsOne(location) ? "An address of a file on the Hub starts with hf://."
            : repository.Split('/').Any(part => part.Length == 0) ? "It names no repository. Write hf://owner/name/path, and hf://datasets/owner/name/path for a file of a data set."
            : revision is "" ? "The revision after '@' is missing. Name a branch, a tag or a commit, or remove the '@'."
            : path.Length == 0 ? "It names a whole repository. Name one file of it: hf://owner/name/path."
            : path.AsSpan().ContainsAny('*', '?') ? "It names one file; '*' and '?' are not expanded."
            : PortablePath.Objection(path) is { } objection ? $"{TerminalText.Quoted(path)} is not a valid path of a file: {objection}"
            : "";
        return mistake.Length > 0 ? null : new(isDataset, repository, revision, path);
    }

    /// <summary>The address of a file of a data set that begins with the word in the singular, as somebody may have meant it; else null.</summary>
    public static string? WithDatasets(string location) =>
        location.StartsWith(Scheme + Singular, StringComparison.OrdinalIgnoreCase) ? Scheme + Datasets + location[(Scheme.Length + Singular.Length)..] : null;

    /// <summary>The address of what a page of the Hub shows; null where an address is not one of a file there.</summary>
    public static string? OfPage(string address) =>
        PageOfFile().Match(address) is { Success: true, Groups: var groups }
            ? $"{Scheme}{groups["kind"].Value}{groups["name"].Value}@{groups["revision"].Value}/{Uri.UnescapeDataString(groups["path"].Value)}"
            : null;

    [GeneratedRegex(@"^refs/(?:pr/[0-9]+|convert/\w+)(?=/|\z)", RegexOptions.None, 1000)]
    private static partial Regex SlashedRevision();

    [GeneratedRegex(@"^https?://(?:huggingface\.co|hf\.co)/(?<kind>datasets/)?(?<name>[^/]+/[^/]+)/(?:blob|resolve|raw)/(?<revision>refs/convert/[^/]+|refs/pr/[^/]+|[^/]+)/(?<path>[^?#]+)", RegexOptions.None, 1000)]
    private static partial Regex PageOfFile();
}
