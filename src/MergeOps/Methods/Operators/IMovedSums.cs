using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Sums of the changes that exceed a bound.</summary>
public interface IMovedSums : IOperators
{
    /// <summary>
    /// output = Σ of the deltas whose magnitude exceeds <paramref name="epsilon"/> + anchor, each element's sum divided by
    /// the number of its deltas that do, or, where there is but one, multiplied with that model's factor.
    /// </summary>
    void AddMoved(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors);

    /// <summary>Counts for each delta the elements that exceed <paramref name="epsilon"/> in it alone, and those that do in others too.</summary>
    void CountMoved(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together);
}
