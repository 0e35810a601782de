using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IImportances"/> in torch.</summary>
internal sealed class TorchImportances : IImportances
{
    public void Importance(torch.Tensor output, torch.Tensor values, torch.Tensor anchor, double[] factors) =>
        output.copy_(values).sub_(anchor).abs_().mul_(Broadcast.Of(factors, [-1, 1], output));

    public void TakeImportant(torch.Tensor output, torch.Tensor values, torch.Tensor anchor, double[] factors, double threshold)
    {
        Importance(output, values, anchor, factors);
        var mask = output.ge(Scalars.Of(threshold)).to(output.dtype);
        output.copy_(values * mask);
        output.add_(anchor * mask.neg_().add_(Scalars.Of(1), Scalars.One), Scalars.One);
    }
}
