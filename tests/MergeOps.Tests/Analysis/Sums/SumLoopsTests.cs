using MergeOps.Analysis.Sums;
using Xunit;

namespace MergeOps.Tests.Analysis.Sums;

/// <summary>The loops over float32 tiles, held against the definitions entry by entry in float64.</summary>
public sealed class SumLoopsTests
{
    [Theory]
    [InlineData(3, 1f)]
    [InlineData(8, 1f)]
    [InlineData(10_007, 1f)]
    [InlineData(10_007, 0.001f)]
    public void Sums_of_float32_entries_are_those_of_float64_arithmetic(int length, float apart)
    {
        var first = Entries(1, length);
        var origin = Entries(2, length);
        var second = first.Zip(Entries(3, length), (a, noise) => a + (apart * noise)).ToArray();
        double[] a = [.. first.Select(entry => (double)entry)], b = [.. second.Select(entry => (double)entry)], o = [.. origin.Select(entry => (double)entry)];

        var (one, two) = (SumLoops.Vector<float>(first, origin), SumLoops.Vector<float>(second, origin));
        var pair = SumLoops.Pair<float>(first, second, one.Squares, two.Squares);
        var trimmed = SumLoops.Trimmed<float>(first, second);
        var kept = SumLoops.Kept<float>(first, second);

        Near(a.Sum(v => v * v), one.Squares);
        Near(a.Sum(Math.Abs), one.Magnitudes);
        Near(a.Zip(o, (v, w) => v * w).Sum(), one.BaseProducts);
        Assert.Equal(a.Count(v => v == 0), one.Zeros);
        Near(a.Zip(b, (v, w) => v * w).Sum(), pair.Products);
        Near(a.Zip(b, (v, w) => (v - w) * (v - w)).Sum(), pair.SquaredDifferences);
        Assert.Equal(a.Zip(b).Count(of => of.First * of.Second < 0), pair.Opposite);
        Assert.Equal(a.Zip(b).Count(of => Math.Sign(of.First) != Math.Sign(of.Second)), pair.Different);
        Near(a.Zip(b).Where(of => of.First * of.Second < 0).Sum(of => Math.Abs(of.First) + Math.Abs(of.Second)), pair.OppositeMagnitudes);
        Assert.Equal(
            (a.Zip(b).Count(of => of.First != 0 && of.Second != 0), a.Zip(b).Count(of => of.First != 0 || of.Second != 0), a.Zip(b).Count(of => of.First * of.Second < 0)),
            (trimmed.InBoth, trimmed.InEither, trimmed.Opposite));
        Assert.Equal((a.Count(v => v != 0), a.Zip(b).Count(of => of.First * of.Second < 0)), (kept.Entries, kept.Overruled));
        Near(a.Sum(v => v * v), kept.Squares);

        static void Near(double expected, double measured) => Assert.Equal(expected, measured, 1e-6 * Math.Max(1e-3, Math.Abs(expected)));
    }

    // a fifth of them 0, of either sign
    private static float[] Entries(int seed, int length)
    {
        var random = new Random(seed);
        return [.. AnalyzedModels.Normal(seed, length).Select(value => random.Next(5) == 0 ? 0f * Math.Sign(value) : (float)value)];
    }
}
