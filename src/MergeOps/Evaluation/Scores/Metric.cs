using System.Collections.Immutable;

namespace MergeOps.Evaluation.Scores;

/// <summary>What is measured on a task, on all of them, or on a text.</summary>
internal enum MetricKind
{
    /// <summary>The share of items answered exactly; larger is better.</summary>
    Accuracy,

    /// <summary>Nats per token; smaller is better.</summary>
    Loss,

    /// <summary>The accuracy divided by that of the task's expert; larger is better.</summary>
    ExpertShare,

    /// <summary>A score that another harness measured; its results say which direction is better.</summary>
    External,
}

/// <summary>One figure of a model, written <c>TASK.accuracy</c>, <c>mean.expert_share</c>, <c>TEXT.loss</c> or <c>hellaswag.acc_norm</c>.</summary>
/// <param name="Subject">A task, a text, a score of another harness, or <see cref="Mean"/>.</param>
/// <param name="Kind">What of it.</param>
/// <param name="External">The other harness's name for what it measured; null for our own kinds.</param>
internal sealed record Metric(string Subject, MetricKind Kind, string? External = null)
{
    /// <summary>The subject that stands for the mean over all tasks.</summary>
    public const string Mean = "mean";

    /// <summary>Whether a larger value of one of our own kinds is the better one.</summary>
    public bool LargerIsBetter => Kind != MetricKind.Loss;

    /// <summary>The values that a figure of this kind can have.</summary>
    public (double Lowest, double Highest) Range => Kind switch
    {
        MetricKind.Accuracy => (0, 1),
        MetricKind.Loss or MetricKind.ExpertShare => (0, double.PositiveInfinity),
        _ => (double.NegativeInfinity, double.PositiveInfinity),
    };

    /// <summary>
    /// So many decimals of a figure are the same on processors of different kinds: forward passes are float32, and the order of
    /// their sums differs.
    /// </summary>
    public int Decimals => Kind == MetricKind.Loss ? 3 : 6;

    /// <summary>The kinds that a task has.</summary>
    public static ImmutableArray<MetricKind> OfTasks { get; } = [MetricKind.Accuracy, MetricKind.Loss, MetricKind.ExpertShare];

    /// <summary>What of the subject, in recipes and reports.</summary>
    public string Name => External ?? NameOf(Kind);

    /// <summary>The name of one of our own kinds in recipes and reports.</summary>
    public static string NameOf(MetricKind kind) => kind switch
    {
        MetricKind.Accuracy => "accuracy",
        MetricKind.Loss => "loss",
        MetricKind.ExpertShare => "expert_share",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}.{Name}";
}
