using System.Collections.Frozen;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>A merged model whose tensors another merge may copy instead of making them again: those with the same job digest.</summary>
internal sealed class EarlierOutput
{
    private readonly Checkpoint checkpoint;
    private readonly FrozenDictionary<string, (string Tensor, string Digest)> byJob;

    private EarlierOutput(Checkpoint checkpoint, FrozenDictionary<string, (string Tensor, string Digest)> byJob) => (this.checkpoint, this.byJob) = (checkpoint, byJob);

    /// <summary>The finished merge in a folder; null when none is there.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">Its manifest or a header is damaged.</exception>
    public static EarlierOutput? Find(string folder) => MergeManifest.Find(folder) is not { } manifest ? null : new(
        CheckpointReader.Open(folder, []),
        manifest.Tensors.DistinctBy(tensor => tensor.Value.JobDigest)
            .ToFrozenDictionary(tensor => tensor.Value.JobDigest, tensor => (tensor.Key, tensor.Value.ContentDigest), StringComparer.Ordinal));

    /// <summary>Whether it has the tensor of a job.</summary>
    public bool Has(TensorJob job) => byJob.ContainsKey(job.Digest);

    /// <summary>Copies the tensor of a job; false where there is none, and nothing was taken.</summary>
    /// <param name="job">The job.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="buffer">Memory for pieces.</param>
    /// <param name="cancellation">Stops.</param>
    public bool TryCopy(TensorJob job, TensorSink output, Span<byte> buffer, CancellationToken cancellation)
    {
        if (!byJob.TryGetValue(job.Digest, out var made))
        {
            return false;
        }

        var tensor = checkpoint.Tensors[made.Tensor];
        using var reader = new TensorReader(checkpoint);
        for (var position = 0L; position < tensor.ByteLength; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer[..(int)Math.Min(buffer.Length, tensor.ByteLength - position)];
            reader.Read(tensor, position, piece);
            output.Append(piece);
        }

        return true;
    }

    /// <summary>The content digest that a job's tensor had.</summary>
    public string DigestOf(TensorJob job) => byJob[job.Digest].Digest;
}
