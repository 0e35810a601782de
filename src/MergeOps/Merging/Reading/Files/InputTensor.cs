using System.IO.Hashing;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// A stored tensor as one reader goes through it. Where the digests of its blocks are known, each block of which anything is
/// read is compared with its digest while it is in the cache; what lies between two pieces is read for that alone. What is
/// read anew for each pass is read from its first byte to its last, and what is kept in memory is read once. Belongs to one
/// thread.
/// </summary>
internal sealed class InputTensor
{
    // of which the digest is taken while they are in the cache
    private const int PieceSize = 1 << 16;

    private readonly InputFiles files;
    private readonly int model;
    private readonly TensorInfo tensor;
    private readonly StoredBlocks? blocks;
    private readonly XxHash128 hash = new();
    private byte[] piece = [];
    private long position;
    private (long Begin, int Length) window;
    private KeptBytes? kept;
    private long keptBegin;

    public InputTensor(InputFiles files, int model, TensorInfo tensor, StoredBlocks? blocks) =>
        (this.files, this.model, this.tensor, this.blocks) = (files, model, tensor, blocks);

    /// <summary>Fills the buffer from a place of the file; places ascend until <see cref="Finish"/>.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        if (kept is not null)
        {
            kept.CopyTo(offset - keptBegin, buffer);
            return;
        }

        if (blocks is not null && !buffer.IsEmpty)
        {
            GoTo(offset - blocks.Offset);
        }

        files.Read(model, tensor, offset, buffer);
        files.NonFinite.Check(model, tensor, offset, buffer);
        if (blocks is not null)
        {
            Take(buffer);
        }
    }

    /// <summary>
    /// Fills the buffer with a few bytes of many that lie near one another, in ascending order: what lies between them is
    /// read too, since a disk gives a long run of bytes sooner than many short ones.
    /// </summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void ReadSample(long offset, Span<byte> buffer)
    {
        if (kept is not null)
        {
            Read(offset, buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            var within = offset - window.Begin;
            if (within < 0 || within >= window.Length)
            {
                within = LoadWindow(offset);
            }

            var run = piece.AsSpan((int)within, (int)Math.Min(buffer.Length, window.Length - within));
            run.CopyTo(buffer);
            buffer = buffer[run.Length..];
            offset += run.Length;
        }
    }

    /// <summary>Reads a run of the file into memory, once, from its first byte to its last; from then on it is served from there, in any order.</summary>
    /// <param name="begin">The run's first byte in the file.</param>
    /// <param name="memory">Memory of the run's length.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void Keep(long begin, KeptBytes memory, CancellationToken cancellation)
    {
        for (var done = 0L; done < memory.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var run = memory.Run(done, PieceSize);
            Read(begin + done, run);
            done += run.Length;
        }

        Finish();
        (kept, keptBegin) = (memory, begin);
    }

    /// <summary>The bytes at a place of the file where they lie in memory; empty when they are not kept or do not lie together.</summary>
    public ReadOnlySpan<byte> Kept(long offset, int count)
    {
        var run = kept is null ? default : kept.Run(offset - keptBegin, count);
        return run.Length == count ? run : default;
    }

    /// <summary>Compares the block that was begun; afterwards a reader may start again.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, or holds other bytes than were hashed.</exception>
    public void Finish()
    {
        window = default;
        if (blocks is not null && position % ContentDigest.BlockSize != 0 && position != blocks.Length)
        {
            Fill(EndOf(position));
        }

        position = 0;
    }

    private long LoadWindow(long offset)
    {
        var (begin, end) = (tensor.Offset, tensor.Offset + tensor.ByteLength);
        var first = begin + ((offset - begin) / PieceSize * PieceSize);
        var length = (int)Math.Min(PieceSize, end - first);
        var target = Piece[..length];
        Read(first, target);
        window = (first, length);
        return offset - first;
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
        while (position < end)
        {
            var unwanted = Piece[..(int)Math.Min(PieceSize, end - position)];
            files.Read(model, tensor, blocks!.Offset + position, unwanted);
            Take(unwanted);
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

    private Span<byte> Piece => piece.Length > 0 ? piece : piece = new byte[PieceSize];

    private long EndOf(long place) => Math.Min(blocks!.Length, (place / ContentDigest.BlockSize * ContentDigest.BlockSize) + ContentDigest.BlockSize);
}

/// <summary>The digests of a stored tensor's blocks.</summary>
/// <param name="Offset">The tensor's first byte in the file.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hashes">The digests of its blocks in their order.</param>
internal sealed record StoredBlocks(long Offset, long Length, ReadOnlyMemory<byte> Hashes);
