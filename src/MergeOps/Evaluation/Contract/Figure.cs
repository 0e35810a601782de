namespace MergeOps.Evaluation.Contract;

/// <summary>What is measured of a model: a metric of one task, of all of them, or of a text; written <c>TASK.accuracy</c>.</summary>
/// <param name="Subject">A task, a text, a score of another harness, or <see cref="Mean"/>.</param>
/// <param name="Metric">What of it.</param>
internal sealed record Figure(string Subject, Metric Metric)
{
    /// <summary>The subject that stands for the mean over all tasks.</summary>
    public const string Mean = "mean";

    /// <summary>Whether it is taken over all tasks that have the metric.</summary>
    public bool IsMean => Subject == Mean;

    /// <summary><c>mean accuracy</c>, as people say it.</summary>
    public string Words => $"{Subject} {Metric.Label}";

    /// <inheritdoc/>
    public override string ToString() => $"{Subject}.{Metric.Name}";
}
