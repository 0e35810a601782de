using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Cache;
using MergeOps.Planning;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Files of one planned model that lies on the Hub.</summary>
internal sealed class RemoteFiles
{
    private readonly PlannedModel model;

    /// <summary>Named files of a model that has <see cref="PlannedModel.Remote"/>.</summary>
    public RemoteFiles(PlannedModel model, IReadOnlyCollection<string> paths)
    {
        this.model = model;
        Remote = model.Remote!;
        Files = Remote.Metadata.Files.Among(paths);
    }

    /// <summary>The model on the Hub.</summary>
    public RemoteModel Remote { get; }

    /// <summary>The files by their locked content.</summary>
    public FileListing Files { get; }

    /// <summary>Those that hold weights, as they lie in the cache once they are downloaded.</summary>
    public IEnumerable<LocalFile> Weights => Files
        .Where(file => CheckpointLayout.IsWeights(file.Path))
        .Select(file => new LocalFile(Path.Combine(model.Checkpoint.Folder, file.Path), file.Digest));

    /// <summary>Those that a cache lacks.</summary>
    public FileListing NotIn(HubCache cache) =>
        [.. Files.Where(file => cache.Find(Remote.Name, Remote.Metadata.Commit, file.Path) is null)];

    /// <summary>Makes sure that the weight files have the headers that the plan was made from: the plan trusts the metadata file, the merge does not.</summary>
    /// <exception cref="MergeOpsException">A header is another one.</exception>
    public void RequireHeaders()
    {
        foreach (var shard in Remote.Metadata.Shards.Where(shard => Files.Contains(shard.File.Path)))
        {
            var path = Path.Combine(model.Checkpoint.Folder, shard.File.Path);
            var read = CheckpointReader.ReadHeader(path, shard.File.Path);
            if (read.File != shard.File || !read.Tensors.Select(Described).SequenceEqual(shard.Tensors.Select(Described)))
            {
                throw new MergeOpsException(
                    Codes.BytesNotLocked,
                    "Its header is not the one in the metadata file of the lock. Remove that file and run `mergeops lock`.",
                    SourceSpan.File(path));
            }
        }
    }

    /// <summary>Makes sure that the files that git knows by its own digest have the SHA-256 by which their signature was judged.</summary>
    /// <exception cref="MergeOpsException">One has another.</exception>
    public void RequireSigned(KnownDigests digests, CancellationToken cancellation)
    {
        foreach (var file in Files)
        {
            var path = Path.Combine(model.Checkpoint.Folder, file.Path);
            if (Remote.Metadata.Signature?.Sha256.GetValueOrDefault(file.Path) is { } sha256 && digests.Of(RealPath.Of(path) ?? path, DigestKind.Sha256, cancellation).Hex != sha256)
            {
                throw new MergeOpsException(
                    Codes.BytesNotLocked,
                    "Its SHA-256 is not the one in the metadata file of the lock, by which its signature was judged. Remove that file and run `mergeops lock`.",
                    SourceSpan.File(path));
            }
        }
    }

    private static (string, DType, string, long) Described(TensorInfo tensor) =>
        (tensor.Name, tensor.DType, string.Join(',', tensor.Shape), tensor.Offset);
}
