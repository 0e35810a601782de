using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IDifferences"/> in torch.</summary>
internal sealed class TorchDifferences : IDifferences
{
    public void Subtract(torch.Tensor values, torch.Tensor anchor) => values.sub_(anchor);
}
