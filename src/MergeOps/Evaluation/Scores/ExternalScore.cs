using System.Globalization;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Scores;

/// <summary>What another harness measured of one model, and what it says of how.</summary>
internal sealed record ExternalScore
{
    /// <summary>How far a standard error may be from that of a proportion because of its denominator and its digits.</summary>
    private const double ErrorTolerance = 0.01;

    /// <summary>Beyond so many items the normal distribution and the exact ones are the same.</summary>
    private const long ManyItems = 10_000_000;

    private const string NoError = "it has no standard error above 0, so nothing shows how far it is from the true value: give the scores of single items too (--results samples_TASK.jsonl, or several experiments of MTEB), choose a score that has a standard error, or let MergeOps score the text";
    private const string NoErrorOfBoth = "one of them has no standard error above 0, so a difference cannot be told from noise: give the scores of single items of both, choose a score that has a standard error, or let MergeOps score the text";

    private ExternalScore()
    {
    }

    /// <summary>The score; null when there is none.</summary>
    public double? Value { get; private init; }

    /// <summary>Why there is none.</summary>
    public string? WhyNot { get; private init; }

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

    /// <summary>The harness that most scores are of.</summary>
    public const string UsualTool = "lm-evaluation-harness";

    /// <summary>The harness.</summary>
    public string Tool { get; init; } = UsualTool;

    /// <summary>The scores of the single items, whose mean the score is; null when they are not known.</summary>
    public SampleScores? Samples { get; init; }

    /// <summary>Who scored, in words for reports.</summary>
    public string Scorer => $"scored by {Tool}" + (Harness is { } commit ? $" {commit}" : "");

    /// <summary>No score.</summary>
    public static ExternalScore Missing(string whyNot) => new() { WhyNot = whyNot };

    /// <summary>A score.</summary>
    public static ExternalScore Of(double value, double? standardError) => new() { Value = value, StandardError = standardError };

    /// <summary>The score with its 95 % interval: the exact one where it is a share of the items, else Student's.</summary>
    public Measured Figure =>
        Value is not { } value ? Measured.Missing(WhyNot!)
        : Samples is { } samples ? samples.Figure
        : Estimate is { } estimate ? Measured.Of(estimate, Sample)
        : Measured.Of(value, Sample, NoError);

    private SampleSize? Sample => Count is { } count ? new(count, count) : null;

    private Estimate? Estimate
    {
        get
        {
            if (Value is not { } value || StandardError is not { } error)
            {
                return null;
            }

            if (Count is >= 1 and <= ManyItems && IsShare(value, error, Count.Value))
            {
                return new(value, Proportions.Exact(value * Count.Value, Count.Value));
            }

            var half = (Count is > 1 and <= ManyItems ? BetaDistribution.StudentQuantile(Count.Value - 1) : Power.Z) * error;
            return error > 0 ? new(value, new(value - half, value + half)) : null;
        }
    }

    /// <summary>The score less another one; two runs of a harness are not paired.</summary>
    public Measured Less(ExternalScore other) =>
        Estimate is { } own && other.Estimate is { } others
            ? Measured.Of(SquareAndAdd.Difference(own, others), Sample)
            : Measured.Of(Value!.Value - other.Value!.Value, Sample, NoErrorOfBoth);

    private static bool IsShare(double value, double error, long count)
    {
        var ofShare = value is >= 0 and <= 1 ? Math.Sqrt(value * (1 - value) / Math.Max(1, count - 1)) : -1;
        return Math.Abs(error - ofShare) <= ErrorTolerance * ofShare;
    }

    /// <summary>How it was measured: <c>n = 100 of 10042, task version 1, 0-shot</c>; without what is not known.</summary>
    public string Conditions => string.Join(", ", new[]
    {
        Count is { } count ? $"n = {Text(count)}{(Available is { } all && all > count ? $" of {Text(all)}" : "")}" : null,
        TaskVersion is { } version ? $"task version {version}" : null,
        Shots is { } shots ? $"{Text(shots)}-shot" : null,
    }.OfType<string>());

    /// <summary>Why two scores cannot be compared; null when they can.</summary>
    public string? Incomparable(ExternalScore other) => AreKnownAlike(other) ? null
        : Difference("task versions", TaskVersion, other.TaskVersion)
        ?? Difference("numbers of examples", Text(Shots), Text(other.Shots))
        ?? Difference("numbers of items", Text(Count), Text(other.Count))
        ?? (ChatTemplate != other.ChatTemplate && !IsOfSamplesAlone && !other.IsOfSamplesAlone ? "the chat templates differ"
        : HigherIsBetter is { } isHigher && other.HigherIsBetter is { } isOtherHigher && isHigher != isOtherHigher ? "the two results disagree about which direction is better"
        : Samples is { } samples && other.Samples is { } others && samples.Ids != others.Ids ? $"the items differ, as their ids show{samples.Others(others)}"
        : TaskHash is { } hash && other.TaskHash is { } otherHash && hash != otherHash ? "the items or prompts differ, as the task hashes show"
        : Unknown("task version", TaskVersion, other.TaskVersion)
        ?? Unknown("number of examples", Text(Shots), Text(other.Shots))
        ?? Unknown("number of items", Text(Count), Text(other.Count))
        ?? (ChatTemplate != other.ChatTemplate ? "the chat template of one of them is not known" : null));

    private static string? Difference(string what, string? one, string? two) =>
        one is not null && two is not null && one != two ? $"the {what} differ ({one} and {two})" : null;

    // what one of them does not say may be anything
    private static string? Unknown(string what, string? one, string? two) =>
        one != two ? $"the {what} is known for only one of them ({one ?? "unknown"} and {two ?? "unknown"})" : null;

    // samples alone do not tell how they were made, and what is not known does not differ
    private bool AreKnownAlike(ExternalScore other) =>
        Samples is { } samples && other.Samples is { } others && samples.Ids == others.Ids && Count == other.Count && (IsOfSamplesAlone || other.IsOfSamplesAlone)
        && !(HigherIsBetter is { } isHigher && other.HigherIsBetter is { } isOtherHigher && isHigher != isOtherHigher);

    private bool IsOfSamplesAlone => Samples is not null && (TaskVersion ?? TaskHash ?? ChatTemplate ?? Harness) is null && Shots is null;

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
