using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Quantiles from the thresholds of cuts.</summary>
/// <param name="search">Finds one cut for each quantile.</param>
internal sealed class MagnitudeQuantiles(MagnitudeSearch search) : IMagnitudeQuantiles
{
    private bool isDouble;

    public bool NeedsScan => search.NeedsScan;

    public IReadOnlyList<double> Values => [.. search.Cuts.Select(cut => Number(Math.Max(cut.Threshold, 0)))];

    /// <summary>How many magnitudes lie above the cut of a quantile.</summary>
    public static Func<long, long>[] Counts(long elements, double[] shares) =>
        Array.ConvertAll(shares, share => new Func<long, long>(_ => elements - (long)(share * (elements - 1))));

    public void Count(torch.Tensor values)
    {
        isDouble = values.dtype == torch.ScalarType.Float64;
        search.Count(values);
    }

    public void EndScan() => search.EndScan();

    private double Number(long bits) => isDouble ? BitConverter.Int64BitsToDouble(bits) : BitConverter.Int32BitsToSingle((int)bits);
}
