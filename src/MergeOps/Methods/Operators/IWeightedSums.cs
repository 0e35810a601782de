using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Weighted sums of tensors.</summary>
public interface IWeightedSums : IOperators
{
    /// <summary>output = Σ weightᵢ · (tensorᵢ − anchor) + scale · anchor.</summary>
    void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights);

    /// <summary>output = Σ weightᵢ · deltaᵢ + anchor.</summary>
    void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights);
}
