using System.Globalization;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.External;

/// <summary>What another harness measured of one model, and what it says of how.</summary>
/// <param name="Figure">The score with its normal 95 % interval, or why there is none.</param>
internal sealed record ExternalScore(Measured Figure)
{
    /// <summary>The standard error; null when the harness gives none.</summary>
    public double? StandardError { get; init; }

    /// <summary>How many items were scored.</summary>
    public long? Count { get; init; }

    /// <summary>How many items the task has; more than <see cref="Count"/> when a limit was set.</summary>
    public long? Available { get; init; }

    /// <summary>The task's version.</summary>
    public string? TaskVersion { get; init; }

    /// <summary>The number of examples before each item.</summary>
    public long? Shots { get; init; }

    /// <summary>The hash of the task's items and prompts, where the harness logged samples.</summary>
    public string? TaskHash { get; init; }

    /// <summary>The hash of the chat template, where one was applied.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Whether a larger value is the better one; null when the harness does not say.</summary>
    public bool? HigherIsBetter { get; init; }

    /// <summary>The harness's commit as git describes it, else its version.</summary>
    public string? Harness { get; init; }

    /// <summary>Who scored, in words for reports.</summary>
    public string Scorer => "scored by lm-evaluation-harness" + (Harness is { } commit ? $" {commit}" : "");

    /// <summary>No score.</summary>
    public static ExternalScore Missing(string whyNot) => new(Measured.Missing(whyNot));

    /// <summary>A score with its normal 95 % interval where there is a standard error.</summary>
    public static ExternalScore Of(double value, double? standardError) => new(Measured.Of(
        value, standardError is { } error ? new Interval(value - (NormalInterval.Z * error), value + (NormalInterval.Z * error)) : null))
    {
        StandardError = standardError,
    };

    /// <summary>How it was measured: <c>n = 100 of 10042, task version 1, 0-shot</c>; without what is not known.</summary>
    public string Conditions => string.Join(", ", new[]
    {
        Count is { } count ? $"n = {Text(count)}{(Available is { } all && all > count ? $" of {Text(all)}" : "")}" : null,
        TaskVersion is { } version ? $"task version {version}" : null,
        Shots is { } shots ? $"{Text(shots)}-shot" : null,
    }.OfType<string>());

    /// <summary>Why two scores cannot be compared; null when they can.</summary>
    public string? Incomparable(ExternalScore other) =>
        TaskVersion != other.TaskVersion ? $"the task versions differ ({TaskVersion ?? "unknown"} and {other.TaskVersion ?? "unknown"})"
        : Shots != other.Shots ? $"the numbers of examples differ ({Known(Shots)} and {Known(other.Shots)})"
        : Count != other.Count ? $"the numbers of items differ ({Known(Count)} and {Known(other.Count)})"
        : ChatTemplate != other.ChatTemplate ? "the chat templates differ"
        : HigherIsBetter != other.HigherIsBetter ? "the two results do not agree which direction is better"
        : TaskHash is { } hash && other.TaskHash is { } otherHash && hash != otherHash ? "the items or prompts differ, as the task hashes show"
        : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Known(long? number) => number is { } known ? Text(known) : "unknown";
}
