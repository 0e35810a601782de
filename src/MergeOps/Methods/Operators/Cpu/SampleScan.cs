using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Counts a part of a large float32 tensor, at places spread over all of it, by the high 16 bits of the magnitudes. That
/// brackets each cut so narrowly that the next scan finds it exactly; a bracket that misses only costs more scans.
/// </summary>
internal sealed class SampleScan(long elements) : IMagnitudeScan
{
    /// <summary>Below twice this a sample is no gain.</summary>
    private const long SampleLength = 1 << 19;

    private const int RunLength = 8;
    private const int MaxRunsInBlock = 16;
    private const double StandardErrors = 8;
    private const uint GoldenRatio = 0x9E3779B9;

    private readonly uint[] counts = new uint[1 << 16];
    private readonly int runsInBlock = (int)Math.Min(BitOperations.RoundUpToPowerOf2((ulong)(elements / SampleLength)), MaxRunsInBlock);
    private uint block;
    private long sampled;

    /// <summary>Whether a tensor is large enough.</summary>
    public static bool IsWorthwhile(long elements) => elements >= 2 * SampleLength;

    public void Count(torch.Tensor values)
    {
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

    public IMagnitudeScan? Finish(IReadOnlyList<MagnitudeCut> cuts)
    {
        var brackets = cuts.Select(Bracket).ToArray();
        return brackets.All(bracket => bracket.IsNarrow) ? new BracketScan(brackets) : DigitScan.First(isDouble: false);
    }

    private MagnitudeBracket Bracket(MagnitudeCut cut)
    {
        var share = (double)cut.Count / elements;
        var rank = share * sampled;
        var margin = StandardErrors * (1 + Math.Sqrt(sampled * share * (1 - share)));
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
