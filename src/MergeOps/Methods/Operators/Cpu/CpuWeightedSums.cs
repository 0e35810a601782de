using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IWeightedSums"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuWeightedSums : IWeightedSums
{
    public void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights)
    {
        if (output.IsDouble())
        {
            WeightedSums.Interpolate<double>(output, anchor, scale, tensors, weights);
        }
        else
        {
            WeightedSums.Interpolate<float>(output, anchor, scale, tensors, weights);
        }
    }

    public void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights)
    {
        if (output.IsDouble())
        {
            WeightedSums.Add<double>(output, anchor, deltas, weights);
        }
        else
        {
            WeightedSums.Add<float>(output, anchor, deltas, weights);
        }
    }
}
