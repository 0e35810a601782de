namespace MergeOps.Merging.Reading.Memory;

/// <summary>A run of a file's bytes in memory, in blocks that are lent by a <see cref="MemoryGate"/>.</summary>
/// <param name="blocks">The addresses of the blocks, each of <see cref="BlockSize"/> bytes.</param>
/// <param name="length">The number of bytes.</param>
internal sealed unsafe class KeptBytes(ReadOnlyMemory<nint> blocks, long length)
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 1 << 21;

    /// <summary>The number of bytes.</summary>
    public long Length => length;

    /// <summary>How many blocks so many bytes take.</summary>
    public static int BlocksFor(long bytes) => checked((int)((bytes + BlockSize - 1) / BlockSize));

    /// <summary>The bytes from a position on, so many or as many as lie together.</summary>
    public Span<byte> Run(long position, long count)
    {
        var (block, within) = Math.DivRem(position, BlockSize);
        return new((byte*)blocks.Span[(int)block] + within, (int)Math.Min(Math.Min(count, length - position), BlockSize - within));
    }

    /// <summary>Fills the buffer from a position.</summary>
    public void CopyTo(long position, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var run = Run(position, buffer.Length);
            run.CopyTo(buffer);
            buffer = buffer[run.Length..];
            position += run.Length;
        }
    }
}
