using System.Collections.Frozen;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>A merged model whose tensors another merge may copy instead of making them again: those with the same job digest.</summary>
internal sealed class EarlierOutput
{
    private readonly IReadOnlyDictionary<string, TensorInfo> tensors;
    private readonly Func<TensorInfo, IModelContent> open;
    private readonly FrozenDictionary<string, (string Tensor, string Digest)> byJob;

    private EarlierOutput(string folder, MergeManifest manifest, IReadOnlyDictionary<string, TensorInfo> tensors, Func<TensorInfo, IModelContent> open)
    {
        (Folder, Name, NumericClass, this.tensors, this.open) = (folder, manifest.Name, manifest.NumericClass, tensors, open);
        byJob = manifest.Tensors.DistinctBy(tensor => tensor.Value.JobDigest)
            .ToFrozenDictionary(tensor => tensor.Value.JobDigest, tensor => (tensor.Key, tensor.Value.ContentDigest), StringComparer.Ordinal);
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>The name of its recipe.</summary>
    public string Name { get; }

    /// <summary>What it was made on; a merge on another kind of machine gives other bytes.</summary>
    public string NumericClass { get; }

    /// <summary>The finished merge in a folder; null when none is there.</summary>
    /// <exception cref="MergeOpsException">Its manifest or a header is damaged.</exception>
    public static EarlierOutput? Find(string folder) => MergeManifest.Find(folder) is not { } manifest
        ? null
        : new(folder, manifest, Components.Open(folder, []).Tensors, tensor => ModelFile.Open(Path.Combine(folder, tensor.File)));

    /// <summary>A finished merge that lies elsewhere.</summary>
    /// <param name="place">Where, for messages.</param>
    /// <param name="manifest">What its merge wrote.</param>
    /// <param name="tensors">Its tensors by their names, or some of them.</param>
    /// <param name="open">Gives the file of a tensor; disposed after each tensor.</param>
    public static EarlierOutput At(string place, MergeManifest manifest, IReadOnlyDictionary<string, TensorInfo> tensors, Func<TensorInfo, IModelContent> open) =>
        new(place, manifest, tensors, open);

    /// <summary>Whether it says that it has the tensor of a job.</summary>
    public bool Has(TensorJob job) =>
        byJob.TryGetValue(job.Digest, out var made) && tensors.TryGetValue(made.Tensor, out var tensor) && tensor.ByteLength == job.ByteLength;

    /// <summary>Copies the tensor of a job that it <see cref="Has"/>, and compares it on the way.</summary>
    /// <param name="job">The job.</param>
    /// <param name="output">Takes the bytes; what it took is of no use when the answer is null.</param>
    /// <param name="buffer">Memory for pieces.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Its content digest; null when the bytes are not those that the merge wrote.</returns>
    public string? TryCopy(TensorJob job, TensorSink output, Span<byte> buffer, CancellationToken cancellation)
    {
        var (name, written) = byJob[job.Digest];
        var tensor = tensors[name];
        try
        {
            using var content = open(tensor);
            for (var position = 0L; position < tensor.ByteLength; position += buffer.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = buffer[..(int)Math.Min(buffer.Length, tensor.ByteLength - position)];
                content.Read(tensor.Offset + position, piece);
                output.Append(piece);
            }
        }
        catch (MergeOpsException unreadable) when (unreadable.Diagnostic.Code == Codes.FileUnreadable || unreadable.Diagnostic.Code == Codes.ModelNotFound)
        {
            return null;
        }

        return output.Finish() == written ? written : null;
    }
}
