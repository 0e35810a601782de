using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.InMemory;

/// <summary>The bytes of one output tensor, hashed, and kept where somebody will read them.</summary>
/// <param name="job">The tensor.</param>
/// <param name="keeps">Whether the bytes are kept.</param>
internal sealed class HeldOutput(TensorJob job, bool keeps) : TensorSink
{
    private readonly ContentDigest digest = new();
    private readonly HeldTensor? tensor = keeps ? new(job.ByteLength) : null;
    private long position;

    /// <summary>The bytes; null where they are not kept.</summary>
    public HeldTensor? Tensor => tensor;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes)
    {
        digest.Append(bytes);
        tensor?.Append(bytes);
        position += bytes.Length;
    }

    /// <inheritdoc/>
    public override string Finish() => position == job.ByteLength
        ? digest.Finish()
        : throw new InvalidOperationException($"{job.Name}: {position} of {job.ByteLength} bytes made");
}
