namespace MergeOps.Tensors;

/// <summary>The bytes of one tensor in memory, written once from the first to the last.</summary>
/// <param name="length">The number of bytes.</param>
internal sealed class HeldTensor(long length)
{
    private const int ChunkSize = 1 << 26;

    private readonly List<byte[]> chunks = [];
    private long written;

    /// <summary>The number of bytes.</summary>
    public long Length => length;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(written + bytes.Length, length);
        while (!bytes.IsEmpty)
        {
            var within = (int)(written % ChunkSize);
            if (within == 0)
            {
                chunks.Add(GC.AllocateUninitializedArray<byte>((int)Math.Min(ChunkSize, length - written)));
            }

            var piece = bytes[..Math.Min(bytes.Length, chunks[^1].Length - within)];
            piece.CopyTo(chunks[^1].AsSpan(within));
            written += piece.Length;
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Fills the buffer from a place of the tensor.</summary>
    public void CopyTo(long offset, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + buffer.Length, written);
        while (!buffer.IsEmpty)
        {
            var (chunk, within) = Math.DivRem(offset, ChunkSize);
            var run = chunks[(int)chunk].AsSpan((int)within);
            run = run[..Math.Min(run.Length, buffer.Length)];
            run.CopyTo(buffer);
            buffer = buffer[run.Length..];
            offset += run.Length;
        }
    }
}
