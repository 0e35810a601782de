using System.Collections.Immutable;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Sums;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Analysis.Verdicts;

/// <summary>How two sets of weights are related.</summary>
internal enum Relation
{
    /// <summary>One descends from the other, or both from a third.</summary>
    Related,

    /// <summary>The figures allow both.</summary>
    Unclear,

    /// <summary>Trained from different starting points.</summary>
    Unrelated,
}

/// <summary>
/// Whether two models share an ancestor: the cosine between their weight matrices. Fine-tunes keep it near 1; independent
/// runs have about 0, whatever they learned, since nothing aligns their neurons.
/// </summary>
/// <param name="Relation">The verdict.</param>
/// <param name="Median">The median of the matrices' cosines; embeddings, norms and biases are left out, because they look alike in all models.</param>
/// <param name="Interval">Its 95 % interval, from the order of the matrices' cosines.</param>
/// <param name="Matrices">How many matrices there are.</param>
internal sealed record Descent(Relation Relation, double Median, Interval Interval, int Matrices)
{
    /// <summary>How far the median may be off because a sample was read; null where every weight was.</summary>
    public Interval? SampleInterval { get; init; }

    /// <summary>Roles whose matrices do not match at all while those of others do: heads or hidden units in another order, or trained anew.</summary>
    public ImmutableArray<string> Apart { get; init; } = [];

    /// <summary>From this cosine on, two models are related.</summary>
    public const double RelatedFrom = 0.5;

    /// <summary>Up to this cosine, they are not.</summary>
    public const double UnrelatedTo = 0.2;

    /// <summary>Of a model and its base; null without a base or a matrix.</summary>
    public static Descent? FromBase(AnalysisSums sums, int model) =>
        sums.Plan.Base is null ? null : Of(sums, (of, _) => VectorFigure.CosineToBase.Of(of, model));

    /// <summary>Of two models whose weights were compared; null without a matrix.</summary>
    public static Descent? Between(AnalysisSums sums, int first, int second) => Of(sums, (of, _) => PairFigure.Cosine.Of(of, first, second));

    private static Descent? Of(AnalysisSums sums, Func<VectorSums, int, double?> cosine)
    {
        var matrices = sums.Tensors
            .Where(entry => entry.Tensor.Job.Shape.Length >= 2 && entry.Tensor.Role is not ("embedding" or "norm"))
            .Where(entry => cosine(entry.Sums.Sums, 0) is not null)
            .ToList();
        var cosines = matrices.Select(entry => cosine(entry.Sums.Sums, 0)!.Value).Order().ToArray();
        if (cosines.Length == 0)
        {
            return null;
        }

        var median = cosines[cosines.Length / 2];

        // the ranks that enclose the median of a larger population with 95 %
        var reach = 1.96 * Math.Sqrt(cosines.Length) / 2;
        var (lower, upper) = (cosines[Math.Max(0, (int)Math.Floor((cosines.Length / 2.0) - reach))], cosines[Math.Min(cosines.Length - 1, (int)Math.Ceiling((cosines.Length / 2.0) + reach))]);
        var roles = matrices.GroupBy(entry => entry.Tensor.Role, entry => cosine(entry.Sums.Sums, 0)!.Value, StringComparer.Ordinal)
            .Select(role => (Role: role.Key, Median: role.Order().ElementAt(role.Count() / 2)))
            .ToList();
        ImmutableArray<string> apart = roles.Exists(role => role.Median >= RelatedFrom) ? [.. roles.Where(role => role.Median <= UnrelatedTo).Select(role => role.Role).Order(StringComparer.Ordinal)] : [];
        var relation = !apart.IsEmpty ? Relation.Unclear : median >= RelatedFrom ? Relation.Related : median <= UnrelatedTo ? Relation.Unrelated : Relation.Unclear;
        return new(relation, median, new(lower, upper), cosines.Length) { SampleInterval = Sampled(matrices.ConvertAll(entry => entry.Sums), of => cosine(of, 0), median), Apart = apart };
    }

    // each matrix lies in its interval, so the median lies between the medians of their ends
    private static Interval? Sampled(List<SampledSums> matrices, Func<VectorSums, double?> cosine, double median)
    {
        if (!matrices.Exists(matrix => matrix.IsSampled))
        {
            return null;
        }

        var intervals = matrices.ConvertAll(matrix => matrix.IntervalOf(cosine) ?? (cosine(matrix.Sums)!.Value is var exact ? new Interval(exact, exact) : default));
        return new(
            Math.Min(median, intervals.Select(interval => interval.Lower).Order().ElementAt(intervals.Count / 2)),
            Math.Max(median, intervals.Select(interval => interval.Upper).Order().ElementAt(intervals.Count / 2)));
    }
}
