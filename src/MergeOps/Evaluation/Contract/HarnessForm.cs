using System.Collections.Immutable;

namespace MergeOps.Evaluation.Contract;

/// <summary>What lm-evaluation-harness calls a kind of task that it measures in the same way.</summary>
/// <param name="OutputType">Its <c>output_type</c>.</param>
/// <param name="Metrics">Those of its metrics that are measured here too.</param>
internal sealed record HarnessForm(string OutputType, ImmutableArray<HarnessForm.Measure> Metrics)
{
    /// <summary>The <c>output_type</c> of tasks with choices.</summary>
    public const string Choices = "multiple_choice";

    /// <summary>The <c>output_type</c> of tasks with one continuation.</summary>
    public const string Continuation = "loglikelihood";

    /// <summary>The <c>output_type</c> of texts of which every token is predicted.</summary>
    public const string Document = "loglikelihood_rolling";

    /// <summary>A metric as lm-evaluation-harness calls it.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Aggregation">How it is put together over items.</param>
    /// <param name="HigherIsBetter">Whether larger is better.</param>
    internal sealed record Measure(string Name, string Aggregation = "mean", bool HigherIsBetter = true);
}
