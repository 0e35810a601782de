using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Counts a part of a large float32 tensor, at places spread over all of it, by the high 16 bits of the magnitudes. That
/// brackets each cut so narrowly that the next scan finds it exactly; a bracket that misses only costs more scans.
/// </summary>
internal sealed class SampleScan : IMagnitudeScan, IMagnitudeSample
{
    /// <summary>Below twice this a sample is no gain.</summary>
    private const long SampleLength = 1 << 19;

    private const int RunLength = 8;
    private const int MaxRunsInBlock = 16;
    private const double StandardErrors = 4;

    /// <summary>By how much elements that are read in long runs, often of one row, resemble each other: the factor of the variance.</summary>
    private const double LikenessInRuns = 4;

    private const uint GoldenRatio = 0x9E3779B9;

    private readonly uint[] counts = new uint[1 << 16];
    private readonly long elements;
    private readonly int runsInBlock;
    private readonly double likeness;
    private uint block;
    private long sampled;

    private SampleScan(long elements, int runsInBlock, double likeness) =>
        (this.elements, this.runsInBlock, this.likeness) = (elements, runsInBlock, likeness);

    public double NonZeros => sampled > 0 ? 1 - (counts[0] / (double)sampled) : 0;

    /// <summary>Whether a tensor is large enough.</summary>
    public static bool IsWorthwhile(long elements) => elements >= 2 * SampleLength;

    /// <summary>A scan that is shown the whole tensor and looks at a part.</summary>
    public static SampleScan Within(long elements) =>
        new(elements, (int)Math.Min(BitOperations.RoundUpToPowerOf2((ulong)(elements / SampleLength)), MaxRunsInBlock), likeness: 1);

    /// <summary>A sample that is shown a part of the tensor and looks at all of that.</summary>
    public static SampleScan Of(long elements) => new(elements, runsInBlock: 1, LikenessInRuns);

    public void Count(torch.Tensor values)
    {
        if (values.IsDouble())
        {
            return;
        }

        var blockLength = runsInBlock * RunLength;
        for (var bits = values.AsSpan<int>(); bits.Length >= blockLength; bits = bits[blockLength..])
        {
            // the golden ratio scatters the runs, so that the columns of a matrix have equal chances
            var run = (int)(((ulong)unchecked(block++ * GoldenRatio) * (ulong)runsInBlock) >> 32);
            foreach (var value in bits.Slice(run * RunLength, RunLength))
            {
                counts[(value & int.MaxValue) >> 15]++;
            }

            sampled += RunLength;
        }
    }

    public IMagnitudeScan? Finish(IReadOnlyList<MagnitudeCut> cuts) => Narrow(cuts) ?? DigitScan.First(isDouble: false);

    public IMagnitudeScan? Narrow(IReadOnlyList<MagnitudeCut> cuts)
    {
        // a cut among the zeros is better found by counting these alone
        var brackets = cuts.Select(Bracket).ToArray();
        return sampled > 0 && brackets.All(bracket => bracket is { IsNarrow: true, Low: > 0 }) ? new BracketScan(cuts, brackets) : null;
    }

    private MagnitudeBracket Bracket(MagnitudeCut cut)
    {
        var share = (double)cut.Count / elements;
        var rank = share * sampled;
        var margin = StandardErrors * (1 + Math.Sqrt(sampled * share * (1 - share) * likeness));
        return new MagnitudeBracket(DigitOfRank(rank + margin), DigitOfRank(rank - margin));
    }

    /// <summary>The digit of the element that has so many larger ones in the sample.</summary>
    private int DigitOfRank(double rank)
    {
        var digit = counts.Length - 1;
        for (var above = 0.0; digit > 0; digit--)
        {
            above += counts[digit];
            if (above > rank)
            {
                break;
            }
        }

        return digit;
    }
}
