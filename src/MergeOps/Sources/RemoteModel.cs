using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Sources.Headers;

namespace MergeOps.Sources;

/// <summary>A model that lies on the Hub, at the commit of its lock.</summary>
/// <param name="Name">The repository as the recipe names it.</param>
/// <param name="Revision">The branch or tag that the recipe names, or null.</param>
/// <param name="Metadata">What is known of the commit.</param>
internal sealed record RemoteModel(RepositoryName Name, string? Revision, RepositoryMetadata Metadata)
{
    /// <summary>One of the files that the metadata name.</summary>
    public CommitFile FileAt(string path) => new(Name, Metadata.Commit, Metadata.Files.At(path));

    /// <summary>The repository that a recipe's model names.</summary>
    /// <param name="path">The model's path in the recipe.</param>
    /// <param name="span">Where it stands.</param>
    /// <exception cref="MergeOpsException">It is no name that the Hub allows.</exception>
    public static RepositoryName NameOf(string path, SourceSpan span) =>
        RepositoryName.TryParse(path)
        ?? throw new MergeOpsException(
            Codes.ModelAbsent, $"{TerminalText.Quoted(path)} is neither a local model nor a valid name on the Hub. Write 'owner/name', or a path that starts with './'.", span);
}
