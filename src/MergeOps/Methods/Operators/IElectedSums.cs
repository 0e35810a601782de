using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Sums of the terms that agree with an elected sign.</summary>
public interface IElectedSums : IOperators
{
    /// <summary>output = what the election makes of the deltas + anchor.</summary>
    void AddElected(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election);
}
