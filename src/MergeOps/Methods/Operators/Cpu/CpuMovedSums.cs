using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IMovedSums"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuMovedSums : IMovedSums
{
    public void AddMoved(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors)
    {
        if (output.IsDouble())
        {
            MovedSums.Add<double>(output, anchor, deltas, epsilon, factors);
        }
        else
        {
            MovedSums.Add<float>(output, anchor, deltas, epsilon, factors);
        }
    }

    public void CountMoved(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together)
    {
        if (deltas[0].IsDouble())
        {
            MovedSums.Count<double>(deltas, epsilon, alone, together);
        }
        else
        {
            MovedSums.Count<float>(deltas, epsilon, alone, together);
        }
    }
}
