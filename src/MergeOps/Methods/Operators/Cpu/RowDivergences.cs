using System.Numerics;
using System.Runtime.Intrinsics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Σ p log(p/q) of two rows x and b, p and q being their softmax plus 1e-8. With y = e^(b−x) − 1, m = Σ softmax(x) y and
/// z = (softmax(x)/p) (y − m)/(1 + m) it is Σ p (z − log(1 + z)): only positive terms, where the plain formula loses all
/// digits of close rows to cancellation.
/// </summary>
/// <param name="rowLength">The elements of a row.</param>
internal sealed class RowDivergences(int rowLength)
{
    private const double Floor = 1e-8;

    /// <summary>Below this the series of z − log(1 + z) converges in eight terms.</summary>
    private const double SmallZ = 1.0 / 32;

    private const double SmallestRatio = 1e-300;

    private readonly double[] weights = new double[PaddedLength(rowLength)];
    private readonly double[] terms = new double[PaddedLength(rowLength)];
    private readonly BlockSum sum = new();

    /// <summary>The divergence of each row from the same row of the other matrix.</summary>
    public static double[] Of<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, int rowLength)
        where T : unmanaged, INumber<T>
    {
        var rows = new RowDivergences(rowLength);
        var divergences = new double[first.Length / rowLength];
        for (var row = 0; row < divergences.Length; row++)
        {
            divergences[row] = rows.Of(first.Slice(row * rowLength, rowLength), second.Slice(row * rowLength, rowLength));
        }

        return divergences;
    }

    private static int PaddedLength(int length) => (length + Vector256<double>.Count - 1) / Vector256<double>.Count * Vector256<double>.Count;

    private double Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> b)
        where T : unmanaged, INumber<T>
    {
        Exponentials(x, b);
        var total = Sum(weights, null);
        var mean = Sum(weights, terms) / total;
        for (var i = 0; i < weights.Length; i += Vector256<double>.Count)
        {
            var share = Vector256.Create(weights, i) / total;
            var p = share + Vector256.Create(Floor);
            var z = share / p * (Vector256.Create(terms, i) - Vector256.Create(mean)) / (1 + mean);
            p.CopyTo(weights, i);
            Excess(z).CopyTo(terms, i);
        }

        return Sum(weights, terms);
    }

    /// <summary>Fills the buffers with e^(x − max x) and e^(b − x) − 1; the padding gets 0 and 0.</summary>
    private void Exponentials<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> b)
        where T : unmanaged, INumber<T>
    {
        var largest = double.NegativeInfinity;
        foreach (var value in x)
        {
            largest = Math.Max(largest, double.CreateTruncating(value));
        }

        for (var i = 0; i < weights.Length; i++)
        {
            var isPadding = i >= x.Length;
            weights[i] = isPadding ? double.NegativeInfinity : double.CreateTruncating(x[i]) - largest;
            terms[i] = isPadding ? 0 : double.CreateTruncating(b[i]) - double.CreateTruncating(x[i]);
        }

        for (var i = 0; i < weights.Length; i += Vector256<double>.Count)
        {
            StableMath.Exp(Vector256.Create(weights, i)).CopyTo(weights, i);
            (StableMath.Exp(Vector256.Create(terms, i)) - Vector256<double>.One).CopyTo(terms, i);
        }

        weights.AsSpan(x.Length).Clear();
    }

    private double Sum(double[] values, double[]? factors)
    {
        sum.Restart();
        if (factors is null)
        {
            sum.AddMagnitudes<double>(values);
        }
        else
        {
            sum.AddProducts<double>(values, factors);
        }

        return sum.Value;
    }

    /// <summary>z − log(1 + z).</summary>
    private static Vector256<double> Excess(Vector256<double> z)
    {
        if (Vector256.GreaterThanAny(Vector256.Abs(z), Vector256.Create(SmallZ)))
        {
            return Vector256.Create(Excess(z[0]), Excess(z[1]), Excess(z[2]), Excess(z[3]));
        }

        var series = Vector256.Create(-1.0 / 9);
        for (var k = 8; k >= 2; k--)
        {
            series = (series * z) + Vector256.Create(k % 2 == 0 ? 1.0 / k : -1.0 / k);
        }

        return series * z * z;
    }

    private static double Excess(double z) =>
        Math.Abs(z) > SmallZ ? z - StableMath.Log(Math.Max(1 + z, SmallestRatio)) : Excess(Vector256.Create(z))[0];
}
