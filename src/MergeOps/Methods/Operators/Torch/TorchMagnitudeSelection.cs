using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>Keeps the elements between two cuts.</summary>
internal sealed class TorchMagnitudeSelection(MagnitudeSearch search) : IMagnitudeSelection
{
    private readonly MagnitudeCut upper = search.Cuts[0];
    private readonly MagnitudeCut lower = search.Cuts[1];

    public bool NeedsScan => search.NeedsScan;

    public bool NeedsSample => search.NeedsSample;

    public bool IsEmpty => lower.Count <= upper.Count;

    public void Count(torch.Tensor values) => search.Count(values);

    public void EndScan() => search.EndScan();

    public void Rewind() => upper.Taken = lower.Taken = 0;

    public void Keep(torch.Tensor values)
    {
        var bits = TorchBits.Of(values.view(-1));
        var kept = Above(lower, bits).logical_and(Above(upper, bits).logical_not());
        values.masked_fill_(kept.logical_not().view(values.shape), Scalars.Of(0));
    }

    private static torch.Tensor Above(MagnitudeCut cut, torch.Tensor bits)
    {
        var equal = bits == Scalars.Of(cut.Threshold);
        var order = equal.to(torch.int64).cumsum(0).add(Scalars.Of(cut.Taken), Scalars.One);
        var above = (bits > Scalars.Of(cut.Threshold)).logical_or(equal.logical_and(order <= Scalars.Of(cut.Remaining)));
        cut.Taken = Math.Min(cut.Remaining, order[-1].item<long>());
        return above;
    }
}
