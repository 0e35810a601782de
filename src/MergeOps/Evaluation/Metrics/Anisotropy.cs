using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>
/// The mean cosine of different texts' vectors (K. Ethayarajh, "How Contextual are Contextualized Word Representations?",
/// EMNLP 2019). Its interval is that of its first-order projection, as of every U-statistic (W. Hoeffding, Annals of
/// Mathematical Statistics 19, 1948, 293–325).
/// </summary>
internal sealed record Anisotropy : ItemMetric
{
    /// <inheritdoc/>
    public override string Name => "anisotropy";

    /// <inheritdoc/>
    public override string Summary => "the mean cosine of the vectors of different texts";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (-1, 1);

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override int Decimals => 5;

    /// <inheritdoc/>
    public override string Interval => "of a mean of pairs, linearized, by groups: the wider of Student's t and the studentized bootstrap";

    /// <inheritdoc/>
    public override string Legend => "anisotropy is the mean cosine of different texts";

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.GivesVectors;

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        if (scored.Model.Count < 2)
        {
            return Part.Missing($"'{scored.Subject.Name}' has one text");
        }

        var (own, others) = (Projections(scored.Model), scored.Other is null ? null : Projections(scored.Other));
        return GroupMeans.Of(scored.Subject, item => own[item] - (others?[item] ?? 0), NothingVaries);
    }

    // twice an item's mean cosine with the others less the mean of all, so that their mean is the figure
    private static double[] Projections(ItemScores scores)
    {
        var vectors = new UnitVectors(scores.Vectors);
        var sum = new double[vectors.Size];
        for (var item = 0; item < vectors.Count; item++)
        {
            for (var element = 0; element < sum.Length; element++)
            {
                sum[element] += vectors[item][element];
            }
        }

        var means = new double[vectors.Count];
        for (var item = 0; item < means.Length; item++)
        {
            var (product, square) = (0.0, 0.0);
            for (var element = 0; element < sum.Length; element++)
            {
                product += vectors[item][element] * sum[element];
                square += (double)vectors[item][element] * vectors[item][element];
            }

            means[item] = (product - square) / (means.Length - 1);
        }

        var mean = means.Average();
        return Array.ConvertAll(means, own => 2 * own - mean);
    }
}
