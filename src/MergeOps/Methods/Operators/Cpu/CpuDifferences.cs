using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IDifferences"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuDifferences : IDifferences
{
    public void Subtract(torch.Tensor values, torch.Tensor anchor)
    {
        if (values.IsDouble())
        {
            VectorLoops.Subtract<double>(values.AsSpan<double>(), anchor.AsSpan<double>(), values.AsSpan<double>());
        }
        else
        {
            VectorLoops.Subtract<float>(values.AsSpan<float>(), anchor.AsSpan<float>(), values.AsSpan<float>());
        }
    }
}
