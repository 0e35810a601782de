using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IRandomMasks"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuRandomMasks : IRandomMasks
{
    public void KeepRandomly(torch.Tensor values, long start, RandomWords random, double probability)
    {
        if (values.IsDouble())
        {
            RandomMask.Keep(values.AsSpan<double>(), start, random, probability);
        }
        else
        {
            RandomMask.Keep(values.AsSpan<float>(), start, random, probability);
        }
    }

    public void KeepByRank(
        torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide)
    {
        var rowLength = (int)rows.shape[^1];
        if (rows.IsDouble())
        {
            RankMasks<double>.Of(rowLength, probabilities, divide).Keep(rows.AsSpan<double>(), start, random);
        }
        else
        {
            RankMasks<float>.Of(rowLength, probabilities, divide).Keep(rows.AsSpan<float>(), start, random);
        }
    }

    public IKeptEntries StartKeptEntries() => new CpuKeptEntries();
}
