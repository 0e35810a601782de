
namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="ISelections"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchSelections : ISelections
{
    public IMagnitudeSelection StartSelection(long elements, long skip, long keep) =>
        new TorchMagnitudeSelection(Search(_ => skip, _ => skip + keep));

    public IMagnitudeSelection StartSelectionOfNonZeros(long elements, double share) =>
        new TorchMagnitudeSelection(Search(_ => 0, nonZeros => (long)(share * nonZeros)));

    public IMagnitudeQuantiles StartQuantiles(long elements, params double[] shares) =>
        new MagnitudeQuantiles(Search(MagnitudeQuantiles.Counts(elements, shares)));

    private static MagnitudeSearch Search(params Func<long, long>[] counts) =>
        new(TorchDigitScan.First, values => values.count_nonzero().item<long>(), counts);
}
