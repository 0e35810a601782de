using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Output;

/// <summary>The bytes of one output tensor, written from its first to its last and hashed while they are in the cache.</summary>
internal sealed class TensorOutput(TensorJob job, ShardWriter shards)
{
    // Small enough that the disk is never idle for long, large enough that it gets long runs.
    private const long FlushStep = 8 << 20;

    private readonly ContentDigest digest = new();
    private long position;
    private long flushed;

    /// <summary>Writes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        digest.Append(bytes);
        shards.Write(job.Name, position, bytes);
        position += bytes.Length;
        if (position - flushed >= FlushStep)
        {
            shards.StartFlush(job.Name, flushed, position - flushed);
            flushed = position;
        }
    }

    /// <summary>The content digest, once every byte is written.</summary>
    public string Finish() => position == job.ByteLength
        ? digest.Finish()
        : throw new InvalidOperationException($"{job.Name}: {position} of {job.ByteLength} bytes written");

    /// <summary>The content digest of the tensor as it stands in its file now.</summary>
    public static string Reread(TensorJob job, ShardWriter shards, Span<byte> buffer, CancellationToken cancellation)
    {
        var digest = new ContentDigest();
        for (var position = 0L; position < job.ByteLength; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer[..(int)Math.Min(buffer.Length, job.ByteLength - position)];
            shards.Read(job.Name, position, piece);
            digest.Append(piece);
        }

        return digest.Finish();
    }
}
