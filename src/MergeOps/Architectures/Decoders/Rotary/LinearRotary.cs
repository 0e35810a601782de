namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>Positions divided by a factor; source: arXiv 2306.15595.</summary>
/// <param name="Factor">By how much the context is stretched.</param>
internal sealed record LinearRotary(double Factor) : RotaryScaling
{
    /// <inheritdoc/>
    public override double[] Frequencies(double theta, int dimensions, int length) => Array.ConvertAll(Plain(theta, dimensions), frequency => frequency / Factor);
}
