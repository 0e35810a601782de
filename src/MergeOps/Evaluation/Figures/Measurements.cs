using System.Collections.Immutable;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Figures;

/// <summary>Figures with intervals from the scores of all models on the same data.</summary>
internal sealed class Measurements(EvaluationData data, ImmutableArray<ModelResult> models)
{
    private readonly TaskFigures tasks = new(data, models);

    /// <summary>A model's figure.</summary>
    public Measured Of(ModelResult model, Metric metric) =>
        metric.Kind == MetricKind.External ? ExternalOf(model, metric).Figure : Figure(model, other: null, metric);

    /// <summary>A model's figure less another's, item by item. What another harness measured is not paired.</summary>
    public Measured Difference(ModelResult model, ModelResult other, Metric metric)
    {
        if (metric.Kind == MetricKind.External)
        {
            return ExternalDifference(model, other, metric);
        }

        var difference = Figure(model, other, metric);
        return difference.Exists && model.Digest is not null && model.Digest == other.Digest ? Measured.Exactly(0) : difference;
    }

    /// <summary>The model that a word of <see cref="Baselines.All"/> means for a metric, or why there is none.</summary>
    public (ModelResult? Model, string WhyNot) Baseline(string against, Metric metric)
    {
        if (against == Baselines.BestParent)
        {
            return BestParent(metric);
        }

        var role = against switch
        {
            Baselines.Base => ModelRole.Base,
            Baselines.Published => ModelRole.Published,
            _ => ModelRole.Average,
        };
        var model = models.FirstOrDefault(model => model.Role == role);
        return (model, model is null ? $"no model is measured as '{against}'" : "");
    }

    /// <summary>Whether a larger value is the better one; null when the other harness does not say.</summary>
    private static bool? LargerIsBetter(ModelResult model, Metric metric) =>
        metric.Kind == MetricKind.External ? ExternalOf(model, metric).HigherIsBetter : metric.LargerIsBetter;

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
        if ((score.WhyNot ?? than.WhyNot) is { } whyNot)
        {
            return Measured.Missing(whyNot);
        }

        return score.Incomparable(than) is { } why
            ? Measured.Missing($"the results of '{model.Name}' and '{other.Name}' cannot be compared: {why}")
            : score.Less(than);
    }

    private Measured Figure(ModelResult model, ModelResult? other, Metric metric)
    {
        foreach (var scored in new[] { model, other })
        {
            if (scored?.WhyNot is not null)
            {
                return Measured.Missing(scored.NotEvaluated);
            }
        }

        for (var text = 0; text < data.Texts.Length; text++)
        {
            if (data.Texts[text].Name == metric.Subject)
            {
                return TextLoss(model.Texts[text], other?.Texts[text]);
            }
        }

        return tasks.Of(model, other, metric);
    }

    private static Measured TextLoss(TextScore text, TextScore? other)
    {
        var sample = new SampleSize(text.Blocks.Length, text.Blocks.Length, "block");
        return text.Loss.Less(other?.Loss) is { } loss
            ? Measured.Of(other is null ? loss with { Interval = loss.Interval.Within(0, double.PositiveInfinity) } : loss, sample)
            : Measured.Of(text.Loss.Value - (other?.Loss.Value ?? 0), sample, TaskFigures.NothingVaries);
    }
}
