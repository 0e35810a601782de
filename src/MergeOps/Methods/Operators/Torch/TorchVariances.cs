using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IVariances"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchVariances : IVariances
{
    public void Variance(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors)
    {
        var mean = tensors.Aggregate(torch.zeros_like(output), (sum, tensor) => sum.add_(tensor, Scalars.One)).div_(Scalars.Of(tensors.Count));
        output.zero_();
        foreach (var tensor in tensors)
        {
            var difference = tensor - mean;
            output.add_(difference * difference, Scalars.One);
        }

        output.div_(Scalars.Of(tensors.Count));
    }
}
