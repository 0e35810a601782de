using System.IO.Hashing;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// Reads pieces of a stored tensor in any order, though its file is hashed by blocks: the first time all of it is read in its own order, compared with its
/// blocks' digests, and each piece's digest is kept; from then on a piece is compared with that.
/// </summary>
internal sealed class ScatteredReader(InputFiles files, int model, TensorInfo tensor, BlockReader blocks, long pieceLength)
{
    private const int DigestSize = 16;

    private readonly byte[] piece = GC.AllocateUninitializedArray<byte>(checked((int)pieceLength));
    private byte[] digests = [];
    private long held = -1;

    /// <summary>Fills the buffer from a place of the file.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is not the file that was planned, or holds other bytes than were hashed.</exception>
    public void Read(long offset, Span<byte> buffer)
    {
        if (digests.Length == 0 && tensor.ByteLength > 0)
        {
            TakeDigests();
        }

        while (!buffer.IsEmpty)
        {
            var (index, within) = Math.DivRem(offset - tensor.Offset, pieceLength);
            var run = Held(index)[(int)within..];
            run = run[..Math.Min(run.Length, buffer.Length)];
            run.CopyTo(buffer);
            buffer = buffer[run.Length..];
            offset += run.Length;
        }
    }

    private void TakeDigests()
    {
        var count = (tensor.ByteLength + pieceLength - 1) / pieceLength;
        digests = new byte[checked((int)(count * DigestSize))];
        for (var index = 0L; index < count; index++)
        {
            var bytes = Bytes(index);
            blocks.Read(tensor.Offset + (index * pieceLength), bytes);
            XxHash128.Hash(bytes, DigestOf(index));
        }

        blocks.Finish();
        held = -1;
    }

    private Span<byte> Held(long index)
    {
        var bytes = Bytes(index);
        if (held != index)
        {
            files.Read(model, tensor, tensor.Offset + (index * pieceLength), bytes);
            Span<byte> found = stackalloc byte[DigestSize];
            XxHash128.Hash(bytes, found);
            if (!found.SequenceEqual(DigestOf(index)))
            {
                throw files.Damaged(model, tensor, index * pieceLength / ContentDigest.BlockSize * ContentDigest.BlockSize);
            }

            held = index;
        }

        return bytes;
    }

    private Span<byte> Bytes(long index) => piece.AsSpan(0, (int)Math.Min(pieceLength, tensor.ByteLength - (index * pieceLength)));

    private Span<byte> DigestOf(long index) => digests.AsSpan((int)(index * DigestSize), DigestSize);
}
