using System.Diagnostics.CodeAnalysis;

namespace MergeOps.Evaluation.Scores;

/// <summary>A figure with its 95 % interval where it has one, or the reason why there is no figure.</summary>
internal sealed record Measured
{
    private Measured(double? value, Interval? interval, string? whyNot) => (Value, Interval, WhyNot) = (value, interval, whyNot);

    /// <summary>The figure: always finite.</summary>
    public double? Value { get; }

    /// <summary>Its interval; a text's loss has none, being one item.</summary>
    public Interval? Interval { get; }

    /// <summary>Why there is no figure.</summary>
    public string? WhyNot { get; }

    /// <summary>Whether there is a figure.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(WhyNot))]
    public bool Exists => Value is not null;

    /// <summary>A figure; what is not finite becomes a reason.</summary>
    public static Measured Of(double value, Interval? interval = null) =>
        double.IsFinite(value) && (interval is not { } i || (double.IsFinite(i.Lower) && double.IsFinite(i.Upper)))
            ? new(value, interval, null)
            : Missing("the model gives no finite loss");

    /// <summary>No figure.</summary>
    public static Measured Missing(string whyNot) => new(null, null, whyNot);
}
