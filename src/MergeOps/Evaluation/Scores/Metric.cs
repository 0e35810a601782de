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
}

/// <summary>One figure of a model, written <c>TASK.accuracy</c>, <c>mean.expert_share</c> or <c>TEXT.loss</c>.</summary>
/// <param name="Subject">A task, a text, or <see cref="Mean"/>.</param>
/// <param name="Kind">What of it.</param>
internal readonly record struct Metric(string Subject, MetricKind Kind)
{
    /// <summary>The subject that stands for the mean over all tasks.</summary>
    public const string Mean = "mean";

    /// <summary>Whether a larger value is the better one.</summary>
    public bool LargerIsBetter => Kind != MetricKind.Loss;

    /// <summary>The name of a kind in recipes and reports.</summary>
    public static string NameOf(MetricKind kind) => kind switch
    {
        MetricKind.Accuracy => "accuracy",
        MetricKind.Loss => "loss",
        MetricKind.ExpertShare => "expert_share",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}.{NameOf(Kind)}";
}
