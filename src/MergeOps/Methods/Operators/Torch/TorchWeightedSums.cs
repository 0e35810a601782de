using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IWeightedSums"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchWeightedSums : IWeightedSums
{
    public void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights)
    {
        output.zero_();
        for (var i = 0; i < tensors.Count; i++)
        {
            output.add_((tensors[i] - anchor).mul_(Scalars.Of(weights[i])), Scalars.One);
        }

        output.add_(anchor.mul(Scalars.Of(scale)), Scalars.One);
    }

    public void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights)
    {
        output.zero_();
        for (var i = 0; i < deltas.Count; i++)
        {
            output.add_(deltas[i].mul(Scalars.Of(weights[i])), Scalars.One);
        }

        output.add_(anchor, Scalars.One);
    }
}
