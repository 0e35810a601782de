namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>A base that grows with an input longer than the context (dynamic NTK); shorter ones are plain.</summary>
/// <param name="Factor">By how much the context is stretched.</param>
/// <param name="Positions">The context that the model was trained for.</param>
internal sealed record DynamicRotary(double Factor, int Positions) : RotaryScaling
{
    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    /// <inheritdoc/>
    public override double[] Frequencies(double theta, int dimensions, int length)
    {
        var growth = Factor * Math.Max(length, Positions) / Positions - (Factor - 1);
        return Plain(theta * Math.Pow(growth, dimensions / (dimensions - 2.0)), dimensions);
    }
}
