using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The sum of magnitudes by SIMD.</summary>
internal sealed class CpuMagnitudeSum : IMagnitudeSum
{
    private readonly BlockSum sum = new();

    public double Value => sum.Value;

    public void Add(torch.Tensor values)
    {
        if (values.IsDouble())
        {
            sum.AddMagnitudes<double>(values.AsSpan<double>());
        }
        else
        {
            sum.AddMagnitudes<float>(values.AsSpan<float>());
        }
    }
}
