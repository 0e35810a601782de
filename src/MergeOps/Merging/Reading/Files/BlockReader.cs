using System.IO.Hashing;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// Reads a stored tensor from its file, in ascending order. Where the digests of its blocks are known, each block of which
/// anything is read is compared with its digest while it is in the cache; what lies between two pieces is read for that
/// alone. Belongs to one thread.
/// </summary>
internal sealed class BlockReader(InputFiles files, int model, TensorInfo tensor, StoredBlocks? blocks)
{
    private const int GapSize = 1 << 16;

    private readonly XxHash128 hash = new();
    private byte[] gap = [];
    private long position;

    /// <summary>Fills the buffer from a place of the file; places ascend until <see cref="Finish"/>.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        files.Read(model, tensor, offset, buffer);
        files.NonFinite.Check(model, tensor, offset, buffer);
        if (blocks is not null && !buffer.IsEmpty)
        {
            GoTo(offset - blocks.Offset);
            Take(buffer);
        }
    }

    /// <summary>Compares the block that was begun; afterwards a reader may start again.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, or holds other bytes than were hashed.</exception>
    public void Finish()
    {
        if (blocks is not null && position % ContentDigest.BlockSize != 0 && position != blocks.Length)
        {
            Fill(EndOf(position));
        }

        position = 0;
    }

    private void GoTo(long place)
    {
        if (place == position)
        {
            return;
        }

        var begin = place / ContentDigest.BlockSize * ContentDigest.BlockSize;
        if (begin > position || place < position)
        {
            Finish();
            position = begin;
        }

        Fill(place);
    }

    // bytes that nobody asked for, without which the digest of their block cannot be had
    private void Fill(long end)
    {
        if (gap.Length == 0)
        {
            gap = new byte[GapSize];
        }

        while (position < end)
        {
            var piece = gap.AsSpan(0, (int)Math.Min(GapSize, end - position));
            files.Read(model, tensor, blocks!.Offset + position, piece);
            Take(piece);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = EndOf(position);
            var part = bytes[..(int)Math.Min(bytes.Length, end - position)];
            hash.Append(part);
            position += part.Length;
            bytes = bytes[part.Length..];
            if (position == end)
            {
                Compare((position - 1) / ContentDigest.BlockSize);
            }
        }
    }

    private void Compare(long block)
    {
        Span<byte> found = stackalloc byte[ContentDigest.HashSize];
        hash.GetHashAndReset(found);
        if (!found.SequenceEqual(blocks!.Hashes.Span.Slice((int)(block * ContentDigest.HashSize), ContentDigest.HashSize)))
        {
            throw files.Damaged(model, tensor, block * ContentDigest.BlockSize);
        }
    }

    private long EndOf(long place) => Math.Min(blocks!.Length, (place / ContentDigest.BlockSize * ContentDigest.BlockSize) + ContentDigest.BlockSize);
}

/// <summary>The digests of a stored tensor's blocks.</summary>
/// <param name="Offset">The tensor's first byte in the file.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hashes">The digests of its blocks in their order.</param>
internal sealed record StoredBlocks(long Offset, long Length, ReadOnlyMemory<byte> Hashes);
