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
    private const int Counted = 1 << 9;

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
    public static void AddTrimmed(VectorSums sums, IReadOnlyList<torch.Tensor> vectors)
    {
        if (vectors[0].IsDouble())
        {
            AddKept<double>(sums, vectors);
        }
        else
        {
            AddKept<float>(sums, vectors);
        }

        for (var second = 1; second < vectors.Count; second++)
        {
            for (var first = 0; first < second; first++)
            {
                var trimmed = vectors[0].IsDouble()
                    ? SumLoops.Trimmed<double>(vectors[first].AsSpan<double>(), vectors[second].AsSpan<double>())
                    : SumLoops.Trimmed<float>(vectors[first].AsSpan<float>(), vectors[second].AsSpan<float>());
                sums.Pairs[VectorSums.IndexOf(first, second)] += new PairSum(0, 0, 0, 0, 0, trimmed);
            }
        }
    }

    private static void AddKept<T>(VectorSums sums, IReadOnlyList<torch.Tensor> vectors)
        where T : unmanaged, INumber<T>
    {
        var length = (int)vectors[0].numel();
        Span<T> elected = new T[Math.Min(Piece, length)];
        for (var start = 0; start < length; start += Piece)
        {
            var count = Math.Min(Piece, length - start);
            var signs = elected[..count];
            vectors[0].AsSpan<T>().Slice(start, count).CopyTo(signs);
            for (var i = 1; i < vectors.Count; i++)
            {
                SumLoops.AddTo(signs, vectors[i].AsSpan<T>().Slice(start, count));
            }

            for (var i = 0; i < vectors.Count; i++)
            {
                sums.Vectors[i] += new VectorSum(0, 0, 0, 0, SumLoops.Kept<T>(vectors[i].AsSpan<T>().Slice(start, count), signs));
            }
        }
    }

    private static void Add<T>(VectorSums sums, torch.Tensor? origin, IReadOnlyList<torch.Tensor> vectors)
        where T : unmanaged, INumber<T>
    {
        var length = (int)vectors[0].numel();
        sums.Elements += length;
        for (var start = 0; start < length; start += Piece)
        {
            var count = Math.Min(Piece, length - start);
            var bases = origin is null ? [] : (ReadOnlySpan<T>)origin.AsSpan<T>().Slice(start, count);
            sums.BaseSquares += SumLoops.Vector<T>(bases, []).Squares;
            for (var second = 0; second < vectors.Count; second++)
            {
                ReadOnlySpan<T> entries = vectors[second].AsSpan<T>().Slice(start, count);
                sums.Vectors[second] += SumLoops.Vector(entries, bases);
                sums.Histograms[second].Add(entries[..Math.Min(Counted, count)], (double)count / Math.Min(Counted, count));
                for (var first = 0; first < second; first++)
                {
                    sums.Pairs[VectorSums.IndexOf(first, second)] += SumLoops.Pair<T>(vectors[first].AsSpan<T>().Slice(start, count), entries);
                }
            }
        }
    }
}
