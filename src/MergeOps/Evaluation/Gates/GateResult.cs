using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Gates;

/// <summary>One gate's verdict.</summary>
internal sealed record GateResult
{
    /// <summary>The metric as the recipe writes it.</summary>
    public required string Metric { get; init; }

    /// <summary>The smallest value that passes, or null.</summary>
    public double? Min { get; init; }

    /// <summary>The largest value that passes, or null.</summary>
    public double? Max { get; init; }

    /// <summary>What the merged model is compared with, as the recipe writes it, or null.</summary>
    public string? Against { get; init; }

    /// <summary>The model that the merged one may not be worse than, as the recipe writes it, or null.</summary>
    public string? NotWorseThan { get; init; }

    /// <summary>By how much it may be, or null.</summary>
    public double? Margin { get; init; }

    /// <summary>The models that the recipe compares, as it writes them; empty where it names none.</summary>
    public ImmutableArray<string> Pair { get; init; } = [];

    /// <summary>The smallest value of <see cref="Measured"/> that passes, whatever words the recipe has for it; null when there is none.</summary>
    public double? Lowest { get; init; }

    /// <summary>The largest value of <see cref="Measured"/> that passes; null when there is none.</summary>
    public double? Highest { get; init; }

    /// <summary>How the figure was measured, where that does not go without saying.</summary>
    public string? Remark { get; init; }

    /// <summary>The smallest true distance from a bound that so many items would usually tell; null where there is no interval, or no width.</summary>
    public double? DetectableEffect =>
        Subject == Merged && Measured.Interval is { } interval && interval.Upper > interval.Lower ? Power.DetectableEffect(interval) : null;

    /// <summary>Whether the figure is what the merged model and the other one have in common, and no difference.</summary>
    public bool IsInCommon { get; init; }

    /// <summary>The name of the model that it was compared with.</summary>
    public string? Other { get; init; }

    /// <summary>The usual <see cref="Subject"/>.</summary>
    public const string Merged = "merged";

    /// <summary>What was measured: the merged model, or the models that were compared.</summary>
    public string Subject { get; init; } = Merged;

    /// <summary>What is asked.</summary>
    public string Condition => GateCondition.Of(this);

    /// <summary>The figure, or the difference when <see cref="Against"/> is given and it is one, or why there is none.</summary>
    public required Measured Measured { get; init; }

    /// <summary>How many decimals of the metric's figures count.</summary>
    public required int Decimals { get; init; }

    /// <summary>The verdict; never passed without a figure.</summary>
    public required GateVerdict Verdict { get; init; }

    /// <summary>So many more items would probably decide; null where it is decided, and where no number would.</summary>
    public long? MoreItems { get; init; }

    /// <summary>Whether the bounds hold beyond doubt.</summary>
    public bool Met => Verdict == GateVerdict.Passed;

    /// <summary>The verdict in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The gate in the recipe.</summary>
    public required SourceSpan Span { get; init; }

    /// <summary>The error that a gate is which is not met.</summary>
    public Diagnostic ToDiagnostic() => Diagnostic.Error(Verdict == GateVerdict.Failed ? Codes.GateNotMet : Codes.GateUndecided, Detail, Span);
}
