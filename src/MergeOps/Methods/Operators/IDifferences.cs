using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Differences from an anchor.</summary>
internal interface IDifferences : IOperators
{
    /// <summary>values −= anchor, in place.</summary>
    void Subtract(torch.Tensor values, torch.Tensor anchor);
}
