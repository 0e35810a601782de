using MergeOps.Evaluation.Intervals;

namespace MergeOps.Search.Evolution;

/// <summary>Standard normal numbers, two from each pair of uniform ones: G. E. P. Box, M. E. Muller, Annals of Mathematical Statistics 29 (1958) 610–611.</summary>
/// <param name="seed">The seed.</param>
internal sealed class NormalNumbers(ulong seed)
{
    private SplitMix64 random = new(seed);
    private double? second;

    /// <summary>The next number.</summary>
    public double Next()
    {
        if (second is { } kept)
        {
            second = null;
            return kept;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        var angle = 2 * Math.PI * Uniform();
        second = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    // 53 bits, from 0 to below 1
    private double Uniform() => (random.Next() >> 11) * (1.0 / (1UL << 53));
}
