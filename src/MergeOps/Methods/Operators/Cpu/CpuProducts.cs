using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IProducts"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuProducts : IProducts
{
    public IGram StartGram(int vectors) => new CpuGram(vectors);

    public IMagnitudeSum StartMagnitudeSum() => new CpuMagnitudeSum();

    public double[] RowProducts(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = (int)first.shape[^1];
        return first.IsDouble()
            ? Cpu.RowProducts.Of<double>(first.AsSpan<double>(), second.AsSpan<double>(), rowLength)
            : Cpu.RowProducts.Of<float>(first.AsSpan<float>(), second.AsSpan<float>(), rowLength);
    }

    public void AddColumnProducts(torch.Tensor first, torch.Tensor second, long start, double[] sums)
    {
        if (first.IsDouble())
        {
            ColumnProducts.Add<double>(first.AsSpan<double>(), second.AsSpan<double>(), start, sums);
        }
        else
        {
            ColumnProducts.Add<float>(first.AsSpan<float>(), second.AsSpan<float>(), start, sums);
        }
    }
}
