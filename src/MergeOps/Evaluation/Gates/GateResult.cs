using System.Globalization;
using MergeOps.Diagnostics;
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

    /// <summary>The name of the model that it was compared with.</summary>
    public string? Other { get; init; }

    /// <summary>What is asked, such as <c>0.05 ≤ mean.accuracy − best_parent</c>.</summary>
    public string Condition =>
        (Min is { } min ? string.Create(CultureInfo.InvariantCulture, $"{min} ≤ ") : "")
        + Metric
        + (Against is null ? "" : $" − {Against}")
        + (Max is { } max ? string.Create(CultureInfo.InvariantCulture, $" ≤ {max}") : "");

    /// <summary>The figure, or the difference when <see cref="Against"/> is given, or why there is none.</summary>
    public required Measured Measured { get; init; }

    /// <summary>Whether the bounds hold; never without a figure.</summary>
    public required bool Met { get; init; }

    /// <summary>The verdict in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The gate in the recipe.</summary>
    public required SourceSpan Span { get; init; }
}
