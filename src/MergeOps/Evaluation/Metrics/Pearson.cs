using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>Pearson's correlation of cosines with scores, times 100.</summary>
/// <param name="Similarity">The cosines.</param>
internal sealed record Pearson(ScoreColumn Similarity) : CorrelationMetric(Similarity, ScoreColumn.Rating)
{
    /// <summary>Of whole vectors.</summary>
    public Pearson()
        : this(ScoreColumn.Cosine())
    {
    }

    /// <inheritdoc/>
    public override string Name => Similarity.Name.Replace("cosine", "pearson", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string Summary => "how close cosines are to a linear function of the pairs' scores: Pearson's correlation times 100";

    /// <inheritdoc/>
    public override string CardMeaning => "Pearson's correlation of cosines and scores, times 100";

    /// <inheritdoc/>
    protected override Correlation Kind => Correlation.OfValues;
}
