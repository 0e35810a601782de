
namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="ISelections"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuSelections : ISelections
{
    public IMagnitudeSelection StartSelection(long elements, long skip, long keep) =>
        new CpuMagnitudeSelection(AfterSample(Search(elements, _ => skip, _ => skip + keep), elements, isShareOfNonZeros: false));

    public IMagnitudeSelection StartSelectionOfNonZeros(long elements, double share) =>
        new CpuMagnitudeSelection(AfterSample(Search(elements, _ => 0, nonZeros => (long)(share * nonZeros)), elements, isShareOfNonZeros: true));

    public IMagnitudeQuantiles StartQuantiles(long elements, params double[] shares) =>
        new MagnitudeQuantiles(Search(elements, MagnitudeQuantiles.Counts(elements, shares)));

    private static MagnitudeSearch Search(long elements, params Func<long, long>[] counts) => new(
        values => SampleScan.IsWorthwhile(elements) && !values.IsDouble() ? SampleScan.Within(elements) : DigitScan.First(values.IsDouble()),
        NonZeros.Count,
        counts);

    private static MagnitudeSearch AfterSample(MagnitudeSearch search, long elements, bool isShareOfNonZeros) =>
        SampleScan.IsWorthwhile(elements) ? search.After(SampleScan.Of(elements), elements, isShareOfNonZeros) : search;
}
