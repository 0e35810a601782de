using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>The share of items that greedy decoding answers exactly.</summary>
internal sealed record Accuracy() : ShareMetric(ScoreColumn.Correct)
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override string Summary => "the share of items that greedy decoding answers exactly";

    /// <inheritdoc/>
    public override string CardMeaning => "exact answers of greedy decoding";

    /// <inheritdoc/>
    public override string Legend => "accuracy is the share of items that greedy decoding answers exactly, with its 95 % interval";

    /// <inheritdoc/>
    public override string Caption => "Share of test items that greedy decoding answers exactly.";

    /// <inheritdoc/>
    public override string Line(Measured figure) => Text(figure);
}
