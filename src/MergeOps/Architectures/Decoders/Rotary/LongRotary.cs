using System.Collections.Immutable;

namespace MergeOps.Architectures.Decoders.Rotary;

/// <summary>
/// A factor for each frequency, one list for inputs within the original context and one for longer ones (LongRoPE); source:
/// arXiv 2402.13753.
/// </summary>
/// <param name="Short">The factors within the original context.</param>
/// <param name="Long">The factors beyond it.</param>
/// <param name="Factor">By how much the context is stretched.</param>
/// <param name="OriginalPositions">The context before stretching.</param>
internal sealed record LongRotary(ImmutableArray<double> Short, ImmutableArray<double> Long, double Factor, int OriginalPositions) : RotaryScaling
{
    /// <summary>The attention factor that the config gives; null where it follows from the other settings.</summary>
    public double? GivenAttentionFactor { get; init; }

    /// <inheritdoc/>
    public override double AttentionFactor =>
        GivenAttentionFactor ?? (Factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(Factor) / Math.Log(OriginalPositions)));

    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    /// <inheritdoc/>
    public override double[] Frequencies(double theta, int dimensions, int length)
    {
        var factors = length > OriginalPositions ? Long : Short;
        return [.. Plain(theta, dimensions).Select((frequency, i) => frequency / factors[i])];
    }

    /// <summary>Whether the factors are the same ones, too.</summary>
    public bool Equals(LongRotary? other) =>
        other is not null && Short.SequenceEqual(other.Short) && Long.SequenceEqual(other.Long)
        && (Factor, OriginalPositions, GivenAttentionFactor) == (other.Factor, other.OriginalPositions, other.GivenAttentionFactor);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Factor, OriginalPositions, GivenAttentionFactor, Short.Length);
}
