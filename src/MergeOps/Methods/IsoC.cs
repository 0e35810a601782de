using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Spectral;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>The sum of the task vectors with all its singular values made equal.</summary>
internal sealed class IsoC : SpectralMethod
{
    public override string Name => "iso_c";

    public override string Title => "Iso-C";

    public override string Summary => "The sum of the task vectors, with all its singular values replaced by their mean";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2502.04959");

    protected override torch.Tensor Merge(IReadOnlyList<torch.Tensor> vectors, ITensorInputs inputs)
    {
        var sum = TaskSum.Of(vectors);
        var factor = Spectrum.PolarFactorOf(sum, out var values);
        return factor.mul_(Scalars.Of(values / Math.Min(sum.shape[0], sum.shape[1])));
    }

    // the sum, its decomposition and the factor with its cube
    protected override long WorkOf(long rows, long columns, int models)
    {
        var side = Math.Min(rows, columns);
        return (5 * rows * columns) + (5 * side * side);
    }

    protected override IEnumerable<(long Rows, long Columns)> Decomposed(long rows, long columns, int models) => [(rows, columns)];
}
