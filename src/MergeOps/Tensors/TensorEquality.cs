namespace MergeOps.Tensors;

/// <summary>Whether two stored tensors hold the same bytes.</summary>
internal static class TensorEquality
{
    private const int PieceSize = 1 << 20;

    /// <summary>Whether number type, shape and every byte are the same; reads no further than the first difference.</summary>
    /// <param name="readFirst">Reads from the first tensor's checkpoint.</param>
    /// <param name="first">A tensor.</param>
    /// <param name="readSecond">Reads from the second tensor's checkpoint.</param>
    /// <param name="second">A tensor.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    public static bool Holds(PieceReader readFirst, TensorInfo first, PieceReader readSecond, TensorInfo second, CancellationToken cancellation) =>
        IsEqual(readFirst, first, readSecond, second, Pieces(first.ByteLength), cancellation);

    /// <summary>Whether number type, shape and a sample of the bytes are the same.</summary>
    public static bool HoldsInSample(PieceReader readFirst, TensorInfo first, PieceReader readSecond, TensorInfo second) =>
        IsEqual(readFirst, first, readSecond, second, ByteSample.PlacesIn(first.ByteLength), CancellationToken.None);

    private static bool IsEqual(
        PieceReader readFirst,
        TensorInfo first,
        PieceReader readSecond,
        TensorInfo second,
        IEnumerable<(long Offset, int Length)> pieces,
        CancellationToken cancellation)
    {
        if (first.DType != second.DType || !first.Shape.SequenceEqual(second.Shape))
        {
            return false;
        }

        var size = (int)Math.Min(PieceSize, first.ByteLength);
        var (bytesOfFirst, bytesOfSecond) = (new byte[size], new byte[size]);
        return pieces.All(piece =>
        {
            cancellation.ThrowIfCancellationRequested();
            readFirst(first, piece.Offset, bytesOfFirst.AsSpan(0, piece.Length));
            readSecond(second, piece.Offset, bytesOfSecond.AsSpan(0, piece.Length));
            return bytesOfFirst.AsSpan(0, piece.Length).SequenceEqual(bytesOfSecond.AsSpan(0, piece.Length));
        });
    }

    private static IEnumerable<(long Offset, int Length)> Pieces(long length)
    {
        for (var offset = 0L; offset < length; offset += PieceSize)
        {
            yield return (offset, (int)Math.Min(PieceSize, length - offset));
        }
    }
}

/// <summary>Fills a buffer with a piece of a tensor.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="offset">The piece's first byte in the tensor.</param>
/// <param name="buffer">The piece.</param>
internal delegate void PieceReader(TensorInfo tensor, long offset, Span<byte> buffer);
