using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>The entries of largest magnitude.</summary>
internal interface ILargestEntries : IOperators
{
    /// <summary>Each entry of <paramref name="values"/> becomes that of <paramref name="other"/> where that is larger in magnitude.</summary>
    void Keep(torch.Tensor values, torch.Tensor other);
}
