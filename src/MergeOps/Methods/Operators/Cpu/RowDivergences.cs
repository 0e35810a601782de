using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Σ p log(p/q) of two rows x and b, p and q being their softmax plus 1e-8. With y = e^(b−x) − 1, m = Σ softmax(x) y and
/// z = (softmax(x)/p) (y − m)/(1 + m) it is Σ p (z − log(1 + z)): only positive terms, where the plain formula loses all
/// digits of close rows to cancellation.
/// </summary>
internal sealed class RowDivergences<T>
    where T : unmanaged, INumber<T>
{
    private const double Floor = 1e-8;
    private const double SmallestRatio = 1e-300;

    /// <summary>Below this the series of z − log(1 + z) converges in eight terms.</summary>
    private const double SmallZ = 1.0 / 32;

    private readonly int rowLength;
    private readonly T[] weights;
    private readonly T[] terms;
    private readonly BlockSum sum = new();

    private RowDivergences(int rowLength)
    {
        this.rowLength = rowLength;
        var padded = (rowLength + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        (weights, terms) = (new T[padded], new T[padded]);
    }

    /// <summary>The divergence of each row from the same row of the other matrix.</summary>
    public static double[] Of(ReadOnlySpan<T> first, ReadOnlySpan<T> second, int rowLength)
    {
        var rows = new RowDivergences<T>(rowLength);
        var divergences = new double[first.Length / rowLength];
        for (var row = 0; row < divergences.Length; row++)
        {
            divergences[row] = rows.Of(first.Slice(row * rowLength, rowLength), second.Slice(row * rowLength, rowLength));
        }

        return divergences;
    }

    [MethodImpl(Compile.AtOnce)]
    private double Of(ReadOnlySpan<T> x, ReadOnlySpan<T> b)
    {
        Exponentials(x, b);
        var total = Total();
        var mean = Mean() / total;
        var (shareOfTotal, scale) = (Vector512.Create(T.CreateTruncating(1 / total)), Vector512.Create(T.CreateTruncating(1 / (1 + mean))));
        var (floor, middle) = (Vector512.Create(T.CreateTruncating(Floor)), Vector512.Create(T.CreateTruncating(mean)));
        ref var weight = ref MemoryMarshal.GetArrayDataReference(weights);
        ref var term = ref MemoryMarshal.GetArrayDataReference(terms);
        for (nuint i = 0; i < (nuint)weights.Length; i += (nuint)Vector512<T>.Count)
        {
            var share = Vector512.LoadUnsafe(ref weight, i) * shareOfTotal;
            var p = share + floor;
            var z = share / p * (Vector512.LoadUnsafe(ref term, i) - middle) * scale;
            p.StoreUnsafe(ref weight, i);
            Excess(z).StoreUnsafe(ref term, i);
        }

        return Mean();
    }

    /// <summary>Fills the buffers with e^(x − max x) and e^(b − x) − 1; the padding gets 0 and 0.</summary>
    [MethodImpl(Compile.AtOnce)]
    private void Exponentials(ReadOnlySpan<T> x, ReadOnlySpan<T> b)
    {
        x.CopyTo(weights);
        b.CopyTo(terms);
        var padding = weights.Length - rowLength;
        weights.AsSpan(rowLength).Fill(x[^1]);
        terms.AsSpan(rowLength).Fill(x[^1]);
        var largest = Vector512.Create(Largest(weights));
        ref var weight = ref MemoryMarshal.GetArrayDataReference(weights);
        ref var term = ref MemoryMarshal.GetArrayDataReference(terms);
        for (nuint i = 0; i < (nuint)weights.Length; i += (nuint)Vector512<T>.Count)
        {
            var own = Vector512.LoadUnsafe(ref weight, i);
            StableMath.ExpMinus1(Vector512.LoadUnsafe(ref term, i) - own).StoreUnsafe(ref term, i);
            StableMath.Exp(own - largest).StoreUnsafe(ref weight, i);
        }

        weights.AsSpan(rowLength, padding).Clear();
    }

    [MethodImpl(Compile.AtOnce)]
    private static T Largest(ReadOnlySpan<T> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var lanes = Vector512.LoadUnsafe(ref first);
        for (var i = Vector512<T>.Count; i < values.Length; i += Vector512<T>.Count)
        {
            lanes = Vector512.Max(lanes, Vector512.LoadUnsafe(ref first, (nuint)i));
        }

        var largest = lanes[0];
        for (var lane = 1; lane < Vector512<T>.Count; lane++)
        {
            largest = T.Max(largest, lanes[lane]);
        }

        return largest;
    }

    private double Total()
    {
        sum.Restart();
        sum.AddMagnitudes<T>(weights);
        return sum.Value;
    }

    private double Mean()
    {
        sum.Restart();
        sum.AddProducts<T>(weights, terms);
        return sum.Value;
    }

    /// <summary>z − log(1 + z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Excess(Vector512<T> z)
    {
        var series = Series(z);
        return Vector512.GreaterThanAny(Vector512.Abs(z), Vector512.Create(T.CreateTruncating(SmallZ))) ? WithLarge(series, z) : series;
    }

    private static Vector512<T> WithLarge(Vector512<T> series, Vector512<T> z)
    {
        for (var lane = 0; lane < Vector512<T>.Count; lane++)
        {
            var wide = double.CreateTruncating(z[lane]);
            if (Math.Abs(wide) > SmallZ)
            {
                series = series.WithElement(lane, T.CreateTruncating(wide - StableMath.Log(Math.Max(1 + wide, SmallestRatio))));
            }
        }

        return series;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Series(Vector512<T> z)
    {
        var series = Vector512.Create(T.CreateTruncating(-1.0 / 9));
        series = (series * z) + Vector512.Create(T.CreateTruncating(1.0 / 8));
        series = (series * z) + Vector512.Create(T.CreateTruncating(-1.0 / 7));
        series = (series * z) + Vector512.Create(T.CreateTruncating(1.0 / 6));
        series = (series * z) + Vector512.Create(T.CreateTruncating(-1.0 / 5));
        series = (series * z) + Vector512.Create(T.CreateTruncating(1.0 / 4));
        series = (series * z) + Vector512.Create(T.CreateTruncating(-1.0 / 3));
        series = (series * z) + Vector512.Create(T.CreateTruncating(1.0 / 2));
        return series * z * z;
    }
}
