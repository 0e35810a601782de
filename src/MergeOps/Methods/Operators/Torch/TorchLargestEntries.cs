using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="ILargestEntries"/> in torch.</summary>
internal sealed class TorchLargestEntries : ILargestEntries
{
    public void Keep(torch.Tensor values, torch.Tensor other) => values.copy_(torch.where(other.abs().gt(values.abs()), other, values));
}
