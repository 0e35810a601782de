using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IElectedSums"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuElectedSums : IElectedSums
{
    public void AddElected(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election)
    {
        if (output.IsDouble())
        {
            ElectedSums.Add<double>(output, anchor, deltas, election);
        }
        else
        {
            ElectedSums.Add<float>(output, anchor, deltas, election);
        }
    }
}
