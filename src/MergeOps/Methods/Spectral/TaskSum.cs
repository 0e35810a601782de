using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Spectral;

/// <summary>Adds up task vectors.</summary>
internal static class TaskSum
{
    /// <summary>The sum in float64, in the order of the models.</summary>
    public static torch.Tensor Of(IReadOnlyList<torch.Tensor> vectors)
    {
        var sum = vectors[0].to(torch.float64, copy: true);
        foreach (var vector in vectors.Skip(1))
        {
            sum.add_(vector, Scalars.One);
        }

        return sum;
    }
}
