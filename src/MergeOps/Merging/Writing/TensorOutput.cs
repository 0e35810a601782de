using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>The bytes of one output tensor, written from its first to its last and hashed while they are in the cache.</summary>
/// <param name="job">The tensor.</param>
/// <param name="shards">Takes the bytes.</param>
/// <param name="waiting">Memory for bytes that wait while another thread writes to the same file; may be empty.</param>
internal sealed class TensorOutput(TensorJob job, ShardWriter shards, byte[] waiting) : TensorSink
{
    // Small enough that the disk is never idle for long, large enough that it gets long runs.
    private const long FlushStep = 8 << 20;

    private readonly ContentDigest digest = new();
    private long position;
    private long flushed;
    private int waitingLength;

    private long Written => position - waitingLength;

    /// <summary>Writes the next bytes, now or with those that follow them.</summary>
    public override void Append(ReadOnlySpan<byte> bytes)
    {
        digest.Append(bytes);
        if (waitingLength > 0 || !shards.TryWrite(job.Name, position, bytes))
        {
            Wait(bytes);
        }

        position += bytes.Length;
        if (waitingLength > 0 && shards.TryWrite(job.Name, Written, waiting.AsSpan(0, waitingLength)))
        {
            waitingLength = 0;
        }

        if (Written - flushed >= FlushStep)
        {
            shards.StartFlush(job.Name, flushed, Written - flushed);
            flushed = Written;
        }
    }

    /// <summary>The content digest, once every byte is written.</summary>
    public override string Finish()
    {
        WriteWaiting();
        return position == job.ByteLength
            ? digest.Finish()
            : throw new InvalidOperationException($"{job.Name}: {position} of {job.ByteLength} bytes written");
    }

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

    private void Wait(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > waiting.Length - waitingLength)
        {
            WriteWaiting();
        }

        if (bytes.Length > waiting.Length)
        {
            shards.Write(job.Name, position, bytes);
        }
        else
        {
            bytes.CopyTo(waiting.AsSpan(waitingLength));
            waitingLength += bytes.Length;
        }
    }

    private void WriteWaiting()
    {
        shards.Write(job.Name, Written, waiting.AsSpan(0, waitingLength));
        waitingLength = 0;
    }
}
