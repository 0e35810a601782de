namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>Frequencies as in the first Llama; source: arXiv 2104.09864.</summary>
internal sealed record PlainRotary : RotaryScaling
{
    /// <inheritdoc/>
    public override double[] Frequencies(double theta, int dimensions, int length) => Plain(theta, dimensions);
}
