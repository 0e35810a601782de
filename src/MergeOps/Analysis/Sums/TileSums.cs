using System.Numerics;
using MergeOps.Methods.Operators.Cpu;
using TorchSharp;

namespace MergeOps.Analysis.Sums;

/// <summary>Adds tiles in ordinary memory to sums.</summary>
internal static class TileSums
{
    // short enough that all vectors stay in the cache while their pairs are formed
    private const int Piece = 1 << 13;

    // for the picture of their sizes, some of the entries will do
    private const int Counted = 1 << 7;

    /// <summary>Adds a tile of every vector.</summary>
    /// <param name="sums">Takes them.</param>
    /// <param name="origin">The base's tile; null without one.</param>
    /// <param name="vectors">The vectors' tiles, contiguous, in the tile's type.</param>
    public static void Add(VectorSums sums, torch.Tensor? origin, IReadOnlyList<torch.Tensor> vectors)
    {
        if (vectors[0].IsDouble())
        {
            Add<double>(sums, origin, vectors);
        }
        else
        {
            Add<float>(sums, origin, vectors);
        }
    }

    /// <summary>Adds what is left of the first vectors after trimming: entries that were cut are 0.</summary>
    /// <param name="sums">Takes them.</param>
    /// <param name="vectors">The vectors' tiles.</param>
    /// <param name="room">A tile whose entries may be overwritten.</param>
    public static void AddTrimmed(VectorSums sums, IReadOnlyList<torch.Tensor> vectors, torch.Tensor room)
    {
        if (vectors[0].IsDouble())
        {
            AddTrimmed<double>(sums, vectors, room);
        }
        else
        {
            AddTrimmed<float>(sums, vectors, room);
        }
    }

    /// <summary>A tile less the base's.</summary>
    /// <param name="values">The tile.</param>
    /// <param name="origin">The base's tile; null without one.</param>
    /// <param name="target">Takes the difference.</param>
    public static void Subtract(torch.Tensor values, torch.Tensor? origin, torch.Tensor target)
    {
        if (origin is null)
        {
            target.copy_(values);
        }
        else if (values.IsDouble())
        {
            VectorLoops.Subtract<double>(values.AsSpan<double>(), origin.AsSpan<double>(), target.AsSpan<double>());
        }
        else
        {
            VectorLoops.Subtract<float>(values.AsSpan<float>(), origin.AsSpan<float>(), target.AsSpan<float>());
        }
    }

    private static void AddTrimmed<T>(VectorSums sums, IReadOnlyList<torch.Tensor> vectors, torch.Tensor room)
        where T : unmanaged, INumber<T>
    {
        var length = (int)vectors[0].numel();
        var tiles = new TilePointers<T>(vectors, stackalloc nint[vectors.Count]);
        var elected = room.AsSpan<T>();
        for (var start = 0; start < length; start += Piece)
        {
            var count = Math.Min(Piece, length - start);
            var signs = elected[..count];
            tiles.Piece(0, start, count).CopyTo(signs);
            for (var i = 1; i < vectors.Count; i++)
            {
                VectorLoops.AddScaled(tiles.Piece(i, start, count), T.One, signs);
            }

            for (var second = 0; second < vectors.Count; second++)
            {
                var entries = tiles.Piece(second, start, count);
                sums.Vectors[second] += new VectorSum(0, 0, 0, 0, SumLoops.Kept<T>(entries, signs));
                for (var first = 0; first < second; first++)
                {
                    sums.Pairs[VectorSums.IndexOf(first, second)] += new PairSum(0, 0, 0, 0, 0, SumLoops.Trimmed(tiles.Piece(first, start, count), entries));
                }
            }
        }
    }

    private static void Add<T>(VectorSums sums, torch.Tensor? origin, IReadOnlyList<torch.Tensor> vectors)
        where T : unmanaged, INumber<T>
    {
        var length = (int)vectors[0].numel();
        var tiles = new TilePointers<T>(vectors, stackalloc nint[vectors.Count]);
        var whole = origin is null ? [] : (ReadOnlySpan<T>)origin.AsSpan<T>();
        Span<double> squares = stackalloc double[vectors.Count];
        sums.Elements += length;
        for (var start = 0; start < length; start += Piece)
        {
            var count = Math.Min(Piece, length - start);
            var bases = whole.IsEmpty ? whole : whole.Slice(start, count);
            sums.BaseSquares += SumLoops.Vector<T>(bases, []).Squares;
            for (var second = 0; second < vectors.Count; second++)
            {
                var entries = tiles.Piece(second, start, count);
                var sum = SumLoops.Vector(entries, bases);
                squares[second] = sum.Squares;
                sums.Vectors[second] += sum;
                sums.Histograms[second].Add(entries[..Math.Min(Counted, count)], (double)count / Math.Min(Counted, count));
                for (var first = 0; first < second; first++)
                {
                    sums.Pairs[VectorSums.IndexOf(first, second)] += SumLoops.Pair(tiles.Piece(first, start, count), entries, squares[first], squares[second]);
                }
            }
        }
    }
}
