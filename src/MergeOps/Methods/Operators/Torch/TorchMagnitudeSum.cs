using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>The sum of magnitudes by torch.</summary>
internal sealed class TorchMagnitudeSum : IMagnitudeSum
{
    private readonly TorchBlockSum sum = new();

    public double Value => sum.Value;

    public void Add(torch.Tensor values) => sum.Add(values.view(-1).to(torch.float64).abs());
}
