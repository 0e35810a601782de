using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>How much several tensors differ, element by element.</summary>
public interface IVariances : IOperators
{
    /// <summary>output = the mean of (tensorᵢ − m)², m being the mean of the tensors, for each element.</summary>
    void Variance(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors);
}
