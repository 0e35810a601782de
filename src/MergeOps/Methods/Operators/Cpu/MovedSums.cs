using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Sums and counts of the deltas that move a weight by more than epsilon, in one visit of all tiles.</summary>
internal static class MovedSums
{
    /// <summary>output = Σ moving deltas, divided by their number or multiplied with the only one's factor, + anchor.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Add<T>(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        ref var result = ref MemoryMarshal.GetReference(results);
        ref var origin = ref MemoryMarshal.GetReference(anchors);
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        var threshold = T.CreateTruncating(epsilon);
        T[] ownFactors = [.. factors.Select(T.CreateTruncating)];
        var last = results.Length - (results.Length % Vector<T>.Count);
        for (var i = 0; i < last; i += Vector<T>.Count)
        {
            var (sum, count, factor) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.Lanes(model, i);
                var moves = Vector.GreaterThan(Vector.Abs(delta), new Vector<T>(threshold));
                sum += delta & moves;
                count += Vector<T>.One & moves;
                factor += new Vector<T>(ownFactors[model]) & moves;
            }

            var alone = Vector.Equals(count, Vector<T>.One);
            var change = Vector.ConditionalSelect(alone, sum * factor, sum / Vector.Max(count, Vector<T>.One));
            (change + Vector.LoadUnsafe(ref origin, (nuint)i)).StoreUnsafe(ref result, (nuint)i);
        }

        for (var i = last; i < results.Length; i++)
        {
            var (sum, count, factor) = (T.Zero, T.Zero, T.Zero);
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.Element(model, i);
                if (T.Abs(delta) > threshold)
                {
                    sum += delta;
                    count += T.One;
                    factor += ownFactors[model];
                }
            }

            results[i] = (count == T.One ? sum * factor : sum / T.Max(count, T.One)) + anchors[i];
        }
    }

    /// <summary>Counts for each delta the elements that it moves alone, and those that others move too.</summary>
    public static void Count<T>(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together)
        where T : unmanaged, INumber<T>
    {
        var length = deltas[0].AsSpan<T>().Length;
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        var threshold = T.CreateTruncating(epsilon);
        Span<T> movers = stackalloc T[WeightedSums.PieceLength];
        for (var start = 0; start < length; start += WeightedSums.PieceLength)
        {
            var counts = movers[..Math.Min(WeightedSums.PieceLength, length - start)];
            counts.Clear();
            for (var model = 0; model < tiles.Count; model++)
            {
                AddMoves(tiles.Piece(model, start, counts.Length), threshold, counts);
            }

            for (var model = 0; model < tiles.Count; model++)
            {
                var (own, shared) = CountMoves(tiles.Piece(model, start, counts.Length), threshold, counts);
                alone[model] += own;
                together[model] += shared;
            }
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void AddMoves<T>(ReadOnlySpan<T> delta, T threshold, Span<T> counts)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= counts.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var moves = Vector.GreaterThan(Vector.Abs(new Vector<T>(delta[i..])), new Vector<T>(threshold));
            (new Vector<T>(counts[i..]) + (Vector<T>.One & moves)).CopyTo(counts[i..]);
        }

        for (; i < counts.Length; i++)
        {
            counts[i] += T.Abs(delta[i]) > threshold ? T.One : T.Zero;
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static (long Alone, long Together) CountMoves<T>(ReadOnlySpan<T> delta, T threshold, ReadOnlySpan<T> counts)
        where T : unmanaged, INumber<T>
    {
        var (own, all) = (Vector<T>.Zero, Vector<T>.Zero);
        var i = 0;
        for (; i <= counts.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var moves = Vector<T>.One & Vector.GreaterThan(Vector.Abs(new Vector<T>(delta[i..])), new Vector<T>(threshold));
            all += moves;
            own += moves & Vector.Equals(new Vector<T>(counts[i..]), Vector<T>.One);
        }

        var (alone, total) = (long.CreateTruncating(Vector.Sum(own)), long.CreateTruncating(Vector.Sum(all)));
        for (; i < counts.Length; i++)
        {
            var moves = T.Abs(delta[i]) > threshold;
            total += moves ? 1 : 0;
            alone += moves && counts[i] == T.One ? 1 : 0;
        }

        return (alone, total - alone);
    }
}
