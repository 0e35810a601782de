using System.Collections.Immutable;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation;

/// <summary>Figures with intervals from the scores of all models on the same data.</summary>
internal sealed class Measurements(EvaluationData data, ImmutableArray<ModelResult> models)
{
    /// <summary>A model's figure: Wilson's interval for the accuracy on one task, the bootstrap's for what is a mean or a ratio.</summary>
    public Measured Of(ModelResult model, Metric metric)
    {
        if (metric.Kind == MetricKind.External)
        {
            return ExternalOf(model, metric).Figure;
        }

        if (TextLoss(model, metric) is { } text)
        {
            return text;
        }

        var (strata, whyNot) = Strata(model, other: null, metric);
        if (strata is null)
        {
            return Measured.Missing(whyNot);
        }

        return metric.Kind != MetricKind.Loss && strata is [var only]
            ? Measured.Of(only.Difference, Scaled(model.Tasks[TasksOf(metric).Single()].AccuracyInterval, only.Scale))
            : Bootstrapped(strata);
    }

    /// <summary>
    /// A model's figure less another's, with the paired bootstrap's interval. What another harness measured is not paired:
    /// the interval is the normal one of both standard errors.
    /// </summary>
    public Measured Difference(ModelResult model, ModelResult other, Metric metric)
    {
        if (metric.Kind == MetricKind.External)
        {
            return ExternalDifference(model, other, metric);
        }

        if (TextLoss(model, metric) is { } text)
        {
            return (text.Value - TextLoss(other, metric)!.Value) is { } difference
                ? Measured.Of(difference)
                : Measured.Missing(text.WhyNot ?? TextLoss(other, metric)!.WhyNot!);
        }

        var (strata, whyNot) = Strata(model, other, metric);
        return strata is null ? Measured.Missing(whyNot) : Bootstrapped(strata);
    }

    /// <summary>The model that a word of <see cref="GateVocabulary.Comparisons"/> means for a metric, or why there is none.</summary>
    public (ModelResult? Model, string WhyNot) Opponent(string against, Metric metric)
    {
        if (against == GateVocabulary.BestParent)
        {
            return BestParent(metric);
        }

        var role = against switch
        {
            GateVocabulary.Base => ModelRole.Base,
            GateVocabulary.Published => ModelRole.Published,
            _ => ModelRole.Average,
        };
        var model = models.FirstOrDefault(model => model.Role == role);
        return (model, model is null ? $"no model is measured as '{against}'" : "");
    }

    /// <summary>Whether a larger value is the better one; null when the other harness does not say.</summary>
    private static bool? LargerIsBetter(ModelResult model, Metric metric) =>
        metric.Kind == MetricKind.External ? ExternalOf(model, metric).HigherIsBetter : metric.LargerIsBetter;

    /// <summary>The expert's result on a task, or null when the task has none.</summary>
    public ModelResult? ExpertOf(TaskData task) =>
        task.Expert is null ? null : models.FirstOrDefault(model => model.Reference == task.Expert);

    // a parent without a figure could be the best one, so there is no best one then
    private (ModelResult? Model, string WhyNot) BestParent(Metric metric)
    {
        var parents = models
            .Where(model => model.IsParent)
            .Select(model => (model, figure: Of(model, metric)))
            .OrderBy(parent => LargerIsBetter(parent.model, metric) ?? true ? -parent.figure.Value : parent.figure.Value)
            .ToList();
        return parents.Find(parent => !parent.figure.Exists) is { figure: { } unmeasured }
            ? (null, unmeasured.WhyNot!)
            : parents is [var best, ..] ? (best.model, "") : (null, "no parent is measured");
    }

    private static ExternalScore ExternalOf(ModelResult model, Metric metric) =>
        model.External.GetValueOrDefault(metric) ?? ExternalScore.Missing($"there are no results of '{model.Name}'");

    private static Measured ExternalDifference(ModelResult model, ModelResult other, Metric metric)
    {
        var (score, than) = (ExternalOf(model, metric), ExternalOf(other, metric));
        if (score.Figure.Value is not { } value || than.Figure.Value is not { } otherValue)
        {
            return Measured.Missing(score.Figure.WhyNot ?? than.Figure.WhyNot!);
        }

        if (score.Incomparable(than) is { } why)
        {
            return Measured.Missing($"the results of '{model.Name}' and '{other.Name}' cannot be compared: {why}");
        }

        if (score.StandardError is not { } error || than.StandardError is not { } otherError)
        {
            return Measured.Missing("a result has no standard error, without which nothing tells a difference from noise");
        }

        var half = NormalInterval.Z * double.Hypot(error, otherError);
        return Measured.Of(value - otherValue, new Interval(value - otherValue - half, value - otherValue + half));
    }

    private static Measured Bootstrapped(IReadOnlyList<Stratum> strata)
    {
        var value = strata.Average(stratum => stratum.Difference);
        return double.IsFinite(value) ? Measured.Of(value, PairedBootstrap.Interval(strata)) : Measured.Of(value);
    }

    private static Interval Scaled(Interval interval, double scale) => new(interval.Lower * scale, interval.Upper * scale);

    private Measured? TextLoss(ModelResult model, Metric metric) =>
        !data.Texts.Any(text => text.Name == metric.Subject) ? null
        : model.WhyNot is { } whyNot ? Measured.Missing(NotEvaluated(model, whyNot))
        : Measured.Of(model.Texts.First(text => text.Text == metric.Subject).Loss);

    private (IReadOnlyList<Stratum>? Strata, string WhyNot) Strata(ModelResult model, ModelResult? other, Metric metric)
    {
        foreach (var scored in new[] { model, other })
        {
            if (scored?.WhyNot is { } whyNot)
            {
                return (null, NotEvaluated(scored, whyNot));
            }
        }

        var strata = new List<Stratum>();
        foreach (var task in TasksOf(metric))
        {
            var (scale, whyNot) = metric.Kind == MetricKind.ExpertShare ? ShareScale(task) : (1, "");
            if (scale is null)
            {
                return (null, whyNot);
            }

            strata.Add(new(Paired(model.Tasks[task], other?.Tasks[task], metric.Kind), scale.Value));
        }

        return strata.Count > 0 ? (strata, "") : (null, "the recipe has no task");
    }

    private (double? Scale, string WhyNot) ShareScale(int task) => ExpertOf(data.Tasks[task]) switch
    {
        null => (null, $"the task '{data.Tasks[task].Name}' has no expert among the models"),
        { WhyNot: { } whyNot } expert => (null, NotEvaluated(expert, whyNot)),
        var expert when expert.Tasks[task].Correct == 0 => (null, $"the expert '{expert.Name}' answers nothing on '{data.Tasks[task].Name}'"),
        var expert => (1 / expert.Tasks[task].Accuracy, ""),
    };

    private static ImmutableArray<PairedItem> Paired(TaskScores scores, TaskScores? others, MetricKind kind)
    {
        var items = ImmutableArray.CreateBuilder<PairedItem>(scores.Count);
        for (var i = 0; i < scores.Count; i++)
        {
            var (numerator, denominator) = Parts(scores.Items[i], kind);
            var (otherNumerator, otherDenominator) = others is null ? (0, 1) : Parts(others.Items[i], kind);
            items.Add(new(numerator, denominator, otherNumerator, otherDenominator));
        }

        return items.MoveToImmutable();
    }

    private static (double Numerator, double Denominator) Parts(ItemScore item, MetricKind kind) =>
        kind == MetricKind.Loss ? (item.Loss, item.Tokens) : (item.Correct ? 1 : 0, 1);

    private static string NotEvaluated(ModelResult model, string whyNot) => $"'{model.Name}' is not evaluated: {whyNot}";

    private IEnumerable<int> TasksOf(Metric metric) =>
        Enumerable.Range(0, data.Tasks.Length).Where(task => metric.Subject == Metric.Mean || data.Tasks[task].Name == metric.Subject);
}
