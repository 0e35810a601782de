using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>Nats per token.</summary>
internal sealed record Loss() : RatioMetric(ScoreColumn.Loss, ScoreColumn.Tokens)
{
    /// <inheritdoc/>
    public override string Name => "loss";

    /// <inheritdoc/>
    public override string Summary => "nats per token, over the answers of a task or over a text";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override int Decimals => 3;

    /// <inheritdoc/>
    public override string CardMeaning => "nats per token";

    /// <inheritdoc/>
    public override string Legend => "loss is in nats per token";

    /// <inheritdoc/>
    public override string Caption => "Loss is in nats per token, over the answers for a task and over the whole text out of domain.";
}
