using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// A stored tensor as one reader goes through it: anew from its file for each pass, from its first byte to its last, or once
/// into memory and from there. What comes from the file is compared with what was hashed. Belongs to one thread.
/// </summary>
internal sealed class InputTensor(InputFiles files, int model, TensorInfo tensor, StoredBlocks? blocks)
{
    // what is read at once into memory, looked at and hashed while it is in the cache
    private const int PieceSize = 1 << 16;

    private readonly BlockReader reader = new(files, model, tensor, blocks);
    private byte[] window = [];
    private long windowBegin;
    private int windowLength;
    private ScatteredReader? pieces;
    private KeptBytes? kept;
    private long keptBegin;
    private long filled;

    /// <summary>
    /// Keeps a run of the file in memory: it is read once, from its first byte to its last, as far as somebody asks for it,
    /// and served from memory then, in any order.
    /// </summary>
    /// <param name="begin">The run's first byte in the file.</param>
    /// <param name="memory">Memory of the run's length.</param>
    public void Keep(long begin, KeptBytes memory) => (kept, keptBegin, filled) = (memory, begin, 0);

    /// <summary>From now on pieces may be read in any order.</summary>
    /// <param name="pieceLength">Bytes of a piece; the last one may be shorter.</param>
    public void ReadInAnyOrder(long pieceLength) => pieces = blocks is null || pieceLength == 0 ? null : new(files, model, tensor, reader, pieceLength);

    /// <summary>Fills the buffer from a place of the file; places ascend until <see cref="Finish"/>, unless they may come in any order.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        if (kept is null && pieces is not null)
        {
            pieces.Read(offset, buffer);
            return;
        }

        if (kept is null)
        {
            reader.Read(offset, buffer);
            return;
        }

        FillKept(offset - keptBegin + buffer.Length);
        kept.CopyTo(offset - keptBegin, buffer);
    }

    /// <summary>The bytes at a place of the file where they are kept and lie together; else none.</summary>
    /// <exception cref="MergeOpsException">They cannot be read, are not those of the file that was planned, or are others than were hashed.</exception>
    public ReadOnlySpan<byte> Kept(long offset, int count)
    {
        if (kept is null)
        {
            return default;
        }

        FillKept(offset - keptBegin + count);
        var run = kept.Run(offset - keptBegin, count);
        return run.Length == count ? run : default;
    }

    /// <summary>
    /// Fills the buffer with a few bytes of many that lie near one another; places ascend until <see cref="Finish"/>. What
    /// lies between them is read too, since a disk gives one long run of bytes sooner than many short ones.
    /// </summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void ReadSample(long offset, Span<byte> buffer)
    {
        if (kept is not null || pieces is not null)
        {
            Read(offset, buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            if (offset < windowBegin || offset >= windowBegin + windowLength)
            {
                LoadWindow(offset);
            }

            var run = window.AsSpan(0, windowLength)[(int)(offset - windowBegin)..];
            run = run[..Math.Min(run.Length, buffer.Length)];
            run.CopyTo(buffer);
            buffer = buffer[run.Length..];
            offset += run.Length;
        }
    }

    /// <summary>Ends a pass: compares the block that was begun, and reads the rest of what is kept. Afterwards a reader may start again.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void Finish()
    {
        if (kept is null)
        {
            reader.Finish();
            windowLength = 0;
        }
        else
        {
            FillKept(kept.Length);
        }
    }

    private void FillKept(long end)
    {
        if (filled >= end)
        {
            return;
        }

        while (filled < end)
        {
            var run = kept!.Run(filled, PieceSize);
            reader.Read(keptBegin + filled, run);
            filled += run.Length;
        }

        if (filled == kept!.Length)
        {
            reader.Finish();
        }
    }

    private void LoadWindow(long offset)
    {
        if (window.Length == 0)
        {
            window = new byte[PieceSize];
        }

        windowBegin = tensor.Offset + ((offset - tensor.Offset) / PieceSize * PieceSize);
        windowLength = (int)Math.Min(PieceSize, tensor.Offset + tensor.ByteLength - windowBegin);
        reader.Read(windowBegin, window.AsSpan(0, windowLength));
    }
}
