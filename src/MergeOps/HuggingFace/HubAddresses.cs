using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace;

/// <summary>The paths below an endpoint, escaped: names of revisions as one segment, paths of files segment by segment.</summary>
internal static class HubAddresses
{
    /// <summary>A repository in the API.</summary>
    public static string Repository(RepositoryName name) => $"api/{name.Collection}/{name.Id}";

    /// <summary>A repository at a revision.</summary>
    public static string Repository(RepositoryName name, string revision) => $"{Repository(name)}/revision/{Segment(revision)}";

    /// <summary>The list of all files at a revision.</summary>
    public static string Tree(RepositoryName name, string revision) => $"{Repository(name)}/tree/{Segment(revision)}?recursive=true&expand=false";

    /// <summary>What is known of named files at a revision.</summary>
    public static string PathsInfo(RepositoryName name, string revision) => $"{Repository(name)}/paths-info/{Segment(revision)}";

    /// <summary>The content of a file.</summary>
    /// <exception cref="MergeOpsException">The path would leave the repository.</exception>
    public static string Resolve(RepositoryName name, string revision, string path) =>
        PortablePath.Objection(path) is { } objection
            ? throw HubFailures.Invalid(new HubSubject(name, revision), $"It lists a file {TerminalText.Quoted(path)}: {objection}")
            : $"{name}/resolve/{Segment(revision)}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>A text as one segment of a path.</summary>
    /// <exception cref="MergeOpsException">It would mean another folder.</exception>
    public static string Segment(string text) => text is "" or "." or ".."
        ? throw new MergeOpsException(Codes.RevisionAbsent, $"{TerminalText.Quoted(text)} is not a name of a branch, tag or commit.")
        : Uri.EscapeDataString(text);
}
