using System.Diagnostics.CodeAnalysis;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Scores;

/// <summary>How much a figure was measured on.</summary>
/// <param name="Items">The number of items, or of a text's blocks.</param>
/// <param name="Groups">The number of groups of related items; that of the items where none are related.</param>
/// <param name="Unit">What an item is called.</param>
internal sealed record SampleSize(long Items, long Groups, string Unit = "item");

/// <summary>A figure with its 95 % interval, or the reason why there is no interval or no figure.</summary>
internal sealed record Measured
{
    private Measured()
    {
    }

    /// <summary>The figure: always finite.</summary>
    public double? Value { get; private init; }

    /// <summary>Its interval: always finite.</summary>
    public Interval? Interval { get; private init; }

    /// <summary>The skewness of the figure's distribution; 0 where the interval is exact.</summary>
    public double Skewness { get; private init; }

    /// <summary>What it was measured on; null when that is not known, or does not matter.</summary>
    public SampleSize? Sample { get; private init; }

    /// <summary>Why there is no interval.</summary>
    public string? WhyNoInterval { get; private init; }

    /// <summary>Why there is no figure.</summary>
    public string? WhyNot { get; private init; }

    /// <summary>Whether there is a figure.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(WhyNot))]
    public bool Exists => Value is not null;

    /// <summary>A figure with its interval; without it where that has no finite end.</summary>
    public static Measured Of(Estimate estimate, SampleSize? sample) =>
        double.IsFinite(estimate.Interval.Lower) && double.IsFinite(estimate.Interval.Upper) && double.IsFinite(estimate.Value)
            ? new() { Value = estimate.Value, Interval = estimate.Interval, Skewness = estimate.Skewness, Sample = sample }
            : Of(estimate.Value, sample, "its interval reaches beyond the largest number");

    /// <summary>A figure without interval.</summary>
    public static Measured Of(double value, SampleSize? sample, string whyNoInterval) =>
        double.IsFinite(value) ? new() { Value = value, Sample = sample, WhyNoInterval = whyNoInterval } : Missing("it is not a finite number");

    /// <summary>A figure that is known and not estimated: its interval has no width, however few items there are.</summary>
    public static Measured Exactly(double value) => new() { Value = value, Interval = new(value, value) };

    /// <summary>No figure.</summary>
    public static Measured Missing(string whyNot) => new() { WhyNot = whyNot };

    /// <summary>The same figure, its interval without what the quantity cannot be.</summary>
    public Measured Within((double Lowest, double Highest) range) => Value is not { } value ? this
        : this with { Interval = Interval?.Within(Math.Min(range.Lowest, value), Math.Max(range.Highest, value)) };
}
