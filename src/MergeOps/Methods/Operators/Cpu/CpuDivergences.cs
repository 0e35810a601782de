using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IDivergences"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuDivergences : IDivergences
{
    public double[] RowDivergences(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = (int)first.shape[^1];
        return first.IsDouble()
            ? RowDivergences<double>.Of(first.AsSpan<double>(), second.AsSpan<double>(), rowLength)
            : RowDivergences<float>.Of(first.AsSpan<float>(), second.AsSpan<float>(), rowLength);
    }
}
