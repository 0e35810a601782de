using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeOps.Analysis.Sums;

/// <summary>The loops that add up tiles: products in float64, eight entries at once where the tile is float32.</summary>
internal static class SumLoops
{
    // where two vectors are that near, a difference of sums would lose what they differ in
    private const double Near = 1.0 / 64;

    /// <summary>The sums of one vector's entries.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="origin">The base's entries; empty without a base.</param>
    public static VectorSum Vector<T>(ReadOnlySpan<T> vector, ReadOnlySpan<T> origin)
        where T : unmanaged, INumber<T>
    {
        var i = VectorizedLength(vector);
        var sum = i == 0 ? default : SingleLoops.Vector(Singles(vector[..i]), Singles(origin.IsEmpty ? origin : origin[..i]));
        double squares = 0, magnitudes = 0, products = 0, zeros = 0;
        for (; i < vector.Length; i++)
        {
            var v = double.CreateTruncating(vector[i]);
            squares += v * v;
            magnitudes += Math.Abs(v);
            zeros += v == 0 ? 1 : 0;
            products += origin.IsEmpty ? 0 : v * double.CreateTruncating(origin[i]);
        }

        return sum + new VectorSum(squares, magnitudes, products, zeros);
    }

    /// <summary>The sums of two vectors' entries, nothing trimmed.</summary>
    /// <param name="first">The entries of the first vector.</param>
    /// <param name="second">Those of the second.</param>
    /// <param name="firstSquares">Σ a².</param>
    /// <param name="secondSquares">Σ b².</param>
    public static PairSum Pair<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, double firstSquares, double secondSquares)
        where T : unmanaged, INumber<T>
    {
        var i = VectorizedLength(first);
        var sum = i == 0 ? default : SingleLoops.Pair(Singles(first[..i]), Singles(second[..i]));
        double products = 0, opposite = 0, different = 0, magnitudes = 0;
        for (; i < first.Length; i++)
        {
            var (a, b) = (double.CreateTruncating(first[i]), double.CreateTruncating(second[i]));
            products += a * b;
            var opposes = Math.Sign(a) * Math.Sign(b) < 0;
            opposite += opposes ? 1 : 0;
            different += Math.Sign(a) != Math.Sign(b) ? 1 : 0;
            magnitudes += opposes ? Math.Abs(a) + Math.Abs(b) : 0;
        }

        sum += new PairSum(products, 0, opposite, different, magnitudes, default);
        var differences = firstSquares + secondSquares - (2 * sum.Products);
        return sum with { SquaredDifferences = differences >= Near * (firstSquares + secondSquares) ? differences : SquaredDifferences(first, second) };
    }

    /// <summary>What is left of a vector from which all other entries were cut to 0.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="elected">The sum of what is left of all models, whose signs count.</param>
    public static KeptSum Kept<T>(ReadOnlySpan<T> vector, ReadOnlySpan<T> elected)
        where T : unmanaged, INumber<T>
    {
        var i = VectorizedLength(vector);
        var sum = i == 0 ? default : SingleLoops.Kept(Singles(vector[..i]), Singles(elected[..i]));
        double entries = 0, squares = 0, overruled = 0;
        for (; i < vector.Length; i++)
        {
            var v = double.CreateTruncating(vector[i]);
            entries += v != 0 ? 1 : 0;
            squares += v * v;
            overruled += T.Sign(vector[i]) * T.Sign(elected[i]) < 0 ? 1 : 0;
        }

        return sum + new KeptSum(0, entries, squares, overruled);
    }

    /// <summary>Counts the entries of two vectors from which all others were cut to 0.</summary>
    public static TrimmedSum Trimmed<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : unmanaged, INumber<T>
    {
        var i = VectorizedLength(first);
        var (both, either, opposite) = i == 0 ? default : SingleLoops.Trimmed(Singles(first[..i]), Singles(second[..i]));
        for (; i < first.Length; i++)
        {
            var (a, b) = (T.Sign(first[i]), T.Sign(second[i]));
            both += a != 0 && b != 0 ? 1 : 0;
            either += a != 0 || b != 0 ? 1 : 0;
            opposite += a * b < 0 ? 1 : 0;
        }

        return new(both, either, opposite);
    }

    private static double SquaredDifferences<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : unmanaged, INumber<T>
    {
        var i = VectorizedLength(first);
        var sum = i == 0 ? 0 : SingleLoops.SquaredDifferences(Singles(first[..i]), Singles(second[..i]));
        for (; i < first.Length; i++)
        {
            var apart = double.CreateTruncating(first[i]) - double.CreateTruncating(second[i]);
            sum += apart * apart;
        }

        return sum;
    }

    private static int VectorizedLength<T>(ReadOnlySpan<T> values) =>
        typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated ? values.Length - (values.Length % Vector256<float>.Count) : 0;

    private static ReadOnlySpan<float> Singles<T>(ReadOnlySpan<T> values)
        where T : unmanaged => MemoryMarshal.Cast<T, float>(values);
}
