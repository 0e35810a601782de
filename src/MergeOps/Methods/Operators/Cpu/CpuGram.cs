using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Scalar products by SIMD, one running sum for each pair.</summary>
internal sealed class CpuGram : IGram
{
    private readonly BlockSum[] sums;

    public CpuGram(int vectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors, 1);
        sums = [.. Enumerable.Range(0, vectors * (vectors + 1) / 2).Select(_ => new BlockSum())];
    }

    public double this[int first, int second] => Sum(Math.Max(first, second), Math.Min(first, second)).Value;

    public void Add(IReadOnlyList<torch.Tensor> vectors)
    {
        if (vectors[0].IsDouble())
        {
            Add<double>(vectors);
        }
        else
        {
            Add<float>(vectors);
        }
    }

    private void Add<T>(IReadOnlyList<torch.Tensor> vectors)
        where T : unmanaged, INumber<T>
    {
        for (var i = 0; i < vectors.Count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                Sum(i, j).AddProducts<T>(vectors[i].AsSpan<T>(), vectors[j].AsSpan<T>());
            }
        }
    }

    private BlockSum Sum(int larger, int smaller) => sums[(larger * (larger + 1) / 2) + smaller];
}
