using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Upload;

/// <summary>What turns a repository's files into those of a version.</summary>
/// <param name="Files">Every file of the version.</param>
/// <param name="Changed">Those that the repository does not have, or has with other content.</param>
/// <param name="Deleted">Files of the version before that this one does not have.</param>
/// <param name="Kept">Files of other people that stay beside the version's.</param>
internal sealed record RepositoryChange(
    ImmutableArray<UploadFile> Files, ImmutableArray<UploadFile> Changed, ImmutableArray<string> Deleted, ImmutableArray<string> Kept)
{
    // what git and the Hub keep in a repository of their own accord
    private static readonly string[] OfGit = [".gitattributes", ".gitignore"];

    private static readonly string[] WeightEndings = [ModelFileNames.WeightsEnding, ModelFileNames.PickledEnding, ModelFileNames.IndexEnding, ".bin.index.json"];

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Changed.IsEmpty && Deleted.IsEmpty;

    /// <summary>Compares.</summary>
    /// <param name="files">Every file of the version.</param>
    /// <param name="there">What the repository holds.</param>
    /// <param name="earlier">The paths of what was published there before.</param>
    /// <param name="repository">The repository, for messages.</param>
    /// <param name="cancellation">Stops between two files.</param>
    /// <exception cref="MergeOpsException">The repository holds weights of others, which loaders might take for this model's.</exception>
    public static RepositoryChange Of(
        ImmutableArray<UploadFile> files,
        FileListing there,
        IReadOnlySet<string> earlier,
        RepositoryName repository,
        CancellationToken cancellation)
    {
        var ours = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var others = there.Paths.Where(path => !ours.Contains(path) && !OfGit.Contains(path, StringComparer.Ordinal)).ToList();
        ImmutableArray<string> kept = [.. others.Where(path => !earlier.Contains(path))];
        if (kept.FirstOrDefault(path => WeightEndings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal))) is { } weights)
        {
            throw new MergeOpsException(
                Codes.ForeignWeights,
                $"{TerminalText.Quoted(weights)} of '{repository}' would be beside this model's weights, and loaders might load it instead. Delete it, or publish to another repository.");
        }

        return new(files, [.. files.Where(file => !IsThere(file, there, cancellation))], [.. others.Except(kept, StringComparer.Ordinal)], kept);
    }

    /// <summary>The first file that is not among these as it should be; null when the version is there, whole.</summary>
    public UploadFile? MissingFrom(FileListing there, CancellationToken cancellation) =>
        Files.FirstOrDefault(file => !IsThere(file, there, cancellation));

    private static bool IsThere(UploadFile file, FileListing there, CancellationToken cancellation) =>
        there.Find(file.Path) is { } known
        && known.Size == file.Size
        && known.Digest == file.DigestOf(known.Digest.Kind, cancellation);
}
