using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>Counts every element by one digit of its magnitude, 16 bits at a time.</summary>
internal sealed class TorchDigitScan : IMagnitudeScan
{
    private const int DigitBits = 16;

    private readonly int unknownBits;
    private readonly int digit;
    private readonly Dictionary<long, uint[]> countsByPrefix;

    private TorchDigitScan(int unknownBits, IEnumerable<long> prefixes)
    {
        this.unknownBits = unknownBits;
        digit = Math.Min(DigitBits, unknownBits);
        countsByPrefix = prefixes.Distinct().ToDictionary(prefix => prefix, _ => new uint[1 << digit]);
    }

    /// <summary>The first of the scans.</summary>
    public static TorchDigitScan First(torch.Tensor values) => new(values.dtype == torch.ScalarType.Float64 ? 63 : 31, [0]);

    public void Count(torch.Tensor values)
    {
        var bits = TorchBits.Of(values.view(-1));
        foreach (var (prefix, counts) in countsByPrefix)
        {
            var sharing = bits[bits.ShiftRight(unknownBits) == Scalars.Of(prefix)];
            var digits = sharing.ShiftRight(unknownBits - digit) & ((1L << digit) - 1);
            var histogram = torch.bincount(digits, null, counts.Length).cpu().data<long>();
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += (uint)histogram[i];
            }
        }
    }

    public IMagnitudeScan? Finish(IReadOnlyList<MagnitudeCut> cuts)
    {
        foreach (var cut in cuts)
        {
            cut.Descend(countsByPrefix[cut.Threshold], digit);
        }

        return unknownBits == digit ? null : new TorchDigitScan(unknownBits - digit, cuts.Select(cut => cut.Threshold));
    }
}
