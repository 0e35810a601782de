using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IVariances"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuVariances : IVariances
{
    public void Variance(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors)
    {
        if (output.IsDouble())
        {
            Variances.Write<double>(output, tensors);
        }
        else
        {
            Variances.Write<float>(output, tensors);
        }
    }
}
