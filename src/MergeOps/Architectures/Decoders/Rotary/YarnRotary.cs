namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>
/// Frequencies that turn often within the original context kept, those that turn rarely divided by the factor, a ramp between,
/// and sharper attention; source: arXiv 2309.00071.
/// </summary>
/// <param name="Factor">By how much the context is stretched.</param>
/// <param name="OriginalPositions">The context before stretching.</param>
internal sealed record YarnRotary(double Factor, int OriginalPositions) : RotaryScaling
{
    /// <summary>Frequencies with more turns within the original context stay.</summary>
    public double FastTurns { get; init; } = 32;

    /// <summary>Frequencies with fewer turns within the original context are divided.</summary>
    public double SlowTurns { get; init; } = 1;

    /// <summary>Whether the ramp begins and ends at whole elements.</summary>
    public bool IsTruncated { get; init; } = true;

    /// <summary>The attention factor that the config gives; null where it follows from the other settings.</summary>
    public double? GivenAttentionFactor { get; init; }

    /// <summary>The weights of log factor above and below the fraction that the attention factor is, where the config gives both.</summary>
    public (double Above, double Below)? Magnitudes { get; init; }

    /// <inheritdoc/>
    public override double AttentionFactor =>
        GivenAttentionFactor ?? (Magnitudes is { } magnitudes ? Magnitude(magnitudes.Above) / Magnitude(magnitudes.Below) : Magnitude(1));

    /// <inheritdoc/>
    public override double[] Frequencies(double theta, int dimensions, int length)
    {
        var low = ElementOf(FastTurns);
        var high = ElementOf(SlowTurns);
        if (IsTruncated)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        low = Math.Max(low, 0);
        high = Math.Min(high, dimensions - 1);
        // a ramp without width would divide by 0
        var width = low == high ? 0.001 : high - low;
        return
        [
            .. Plain(theta, dimensions).Select((frequency, i) =>
            {
                var kept = 1 - Math.Clamp((i - low) / width, 0, 1);
                return frequency / Factor * (1 - kept) + frequency * kept;
            }),
        ];

        double ElementOf(double turns) => dimensions * Math.Log(OriginalPositions / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    private double Magnitude(double weight) => Factor <= 1 ? 1 : 0.1 * weight * Math.Log(Factor) + 1;
}
