namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>How rotary frequencies differ from the plain ones θ^(−2i/d), as <c>rope_type</c> names it.</summary>
internal abstract record RotaryScaling
{
    /// <summary>What sine and cosine are multiplied by.</summary>
    public virtual double AttentionFactor => 1;

    /// <summary>Whether the frequencies depend on the length of the input.</summary>
    public virtual bool DependsOnLength => false;

    /// <summary>The frequencies in radians by position.</summary>
    /// <param name="theta">The base.</param>
    /// <param name="dimensions">How many elements turn.</param>
    /// <param name="length">The positions of the whole input.</param>
    public abstract double[] Frequencies(double theta, int dimensions, int length);

    /// <summary>The plain frequencies.</summary>
    protected static double[] Plain(double theta, int dimensions) =>
        [.. Enumerable.Range(0, dimensions / 2).Select(i => Math.Pow(theta, -2.0 * i / dimensions))];
}
