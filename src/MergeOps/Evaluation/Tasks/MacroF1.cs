using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Tasks;

/// <summary>
/// The mean over the labels of F1 = 2·TP / (2·TP + FP + FN), rare labels weighing as much as others; labels that are neither
/// right nor answered anywhere do not count, as in scikit-learn's <c>f1_score(average="macro")</c>.
/// </summary>
internal sealed record MacroF1 : ItemMetric
{
    /// <summary>What stands for the answer of a model that gave no number.</summary>
    public const int NoLabel = -1;

    /// <summary>The number of the right label.</summary>
    public static ScoreColumn Right { get; } = new("label", ScoreForm.Count);

    /// <summary>The number of the label that is answered, or <see cref="NoLabel"/>.</summary>
    public static ScoreColumn Answered { get; } = new("answered", ScoreForm.Count);

    /// <inheritdoc/>
    public override string Name => "macro_f1";

    /// <inheritdoc/>
    public override string Label => "macro F1";

    /// <inheritdoc/>
    public override string Summary => "the mean over the labels of F1, rare labels weighing as much as others";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (0, 1);

    /// <inheritdoc/>
    public override bool IsShare => true;

    /// <inheritdoc/>
    public override string CardMeaning => "mean F1 of the labels";

    /// <inheritdoc/>
    public override string Interval => "of the jackknife by groups: the wider of Student's t and the studentized bootstrap";

    /// <inheritdoc/>
    public override bool AppliesTo(SubjectKind kind) => kind.Columns.Contains(Right) && kind.Columns.Contains(Answered);

    /// <inheritdoc/>
    public override Part Of(ScoredSubject scored)
    {
        var units = Units(scored, scored.Model);
        var others = scored.Other is null ? null : Units(scored, scored.Other);
        var value = Value(units) - (others is null ? 0 : Value(others));
        var (left, leftOfOthers) = (Pseudovalues(units), others is null ? null : Pseudovalues(others));
        return Means.Of([.. left.Select((pseudovalue, unit) => pseudovalue - (leftOfOthers?[unit] ?? 0))], 1) is { } estimate
            ? new(new Estimate(value, new(value - estimate.Below, value + estimate.Above), estimate.Skewness))
            : Part.Without(value, NothingVaries);
    }

    // of each unit, for each label: right and answered, answered wrongly, right and not answered
    private static double[][] Units(ScoredSubject scored, ItemScores scores)
    {
        var (right, answered) = (scores[Right], scores[Answered]);
        var labels = (int)Math.Max(right.Max(), answered.Max()) + 1;
        var counts = Enumerable.Range(0, labels * 3).Select(cell => Means.Joined(scored.Subject.Groups.Sums(item => (cell % 3) switch
        {
            0 => right[item] == cell / 3 && answered[item] == cell / 3 ? 1 : 0,
            1 => right[item] != cell / 3 && answered[item] == cell / 3 ? 1 : 0,
            _ => right[item] == cell / 3 && answered[item] != cell / 3 ? 1.0 : 0,
        }))).ToArray();
        return [.. Enumerable.Range(0, counts[0].Length).Select(unit => Array.ConvertAll(counts, cell => cell[unit]))];
    }

    private static double Value(double[][] units) => OfSums(Sums(units));

    private static double[] Sums(double[][] units) => [.. Enumerable.Range(0, units[0].Length).Select(cell => units.Sum(unit => unit[cell]))];

    private static double OfSums(double[] sums)
    {
        var (total, labels) = (0.0, 0);
        for (var label = 0; label < sums.Length; label += 3)
        {
            var (both, wrongly, missed) = (sums[label], sums[label + 1], sums[label + 2]);
            if (both + wrongly + missed > 0)
            {
                total += 2 * both / (2 * both + wrongly + missed);
                labels++;
            }
        }

        return labels == 0 ? 0 : total / labels;
    }

    private static double[] Pseudovalues(double[][] units)
    {
        var sums = Sums(units);
        var value = OfSums(sums);
        return Array.ConvertAll(units, unit => units.Length * value - (units.Length - 1) * OfSums([.. sums.Zip(unit, (sum, own) => sum - own)]));
    }
}
