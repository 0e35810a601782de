using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>Spearman's correlation of cosines with scores, times 100: MTEB's main score of STS tasks.</summary>
/// <param name="Similarity">The cosines.</param>
internal sealed record Spearman(ScoreColumn Similarity) : CorrelationMetric(Similarity, ScoreColumn.Rating)
{
    /// <summary>Of whole vectors.</summary>
    public Spearman()
        : this(ScoreColumn.Cosine())
    {
    }

    /// <inheritdoc/>
    public override string Name => Similarity.Name.Replace("cosine", "spearman", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string Summary => "how well cosines order the pairs as their scores do: Spearman's correlation times 100";

    /// <inheritdoc/>
    public override string CardMeaning => "Spearman's correlation of cosines and scores, times 100";

    /// <inheritdoc/>
    public override string Legend => "spearman is the correlation of the ranks of cosines and scores, times 100";

    /// <inheritdoc/>
    public override string Caption => "Spearman's correlation of cosines and scores, times 100, as MTEB reports it.";

    /// <inheritdoc/>
    protected override Correlation Kind => Correlation.OfRanks;
}
