using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Figures;

/// <summary>Figures with intervals from the scores of all models on the same data.</summary>
internal sealed class Measurements(ScoredModels scored)
{
    /// <summary>A model's figure.</summary>
    public Measured Of(ModelResult model, Figure figure) => figure.Metric.Of(scored, model, other: null, figure);

    /// <summary>A model's figure less another's, item by item where that is possible.</summary>
    public Measured Difference(ModelResult model, ModelResult other, Figure figure)
    {
        var difference = figure.Metric.Of(scored, model, other, figure);
        return difference.Exists && figure.Metric is { IsScoredHere: true, ComparesModels: false } && model.Digest is not null && model.Digest == other.Digest ? Measured.Exactly(0) : difference;
    }

    /// <summary>The model that a word of <see cref="Baselines"/> means for a figure, or why there is none.</summary>
    public (ModelResult? Model, string WhyNot) Baseline(string against, Figure figure)
    {
        if (against == Baselines.BestParent)
        {
            return BestParentOf(figure);
        }

        var role = against switch
        {
            Baselines.Base => ModelRole.Base,
            Baselines.Published => ModelRole.Published,
            _ => ModelRole.Average,
        };
        var model = scored.Models.FirstOrDefault(model => model.Role == role);
        return (model, model is null ? $"no model is measured as '{against}'" : "");
    }

    /// <summary>A model's figure less that of the model that a word of <see cref="Baselines"/> means, and that model; missing with the reason where there is none.</summary>
    public (Measured Difference, ModelResult? Other) Against(string against, ModelResult model, Figure figure)
    {
        var (other, whyNot) = Baseline(against, figure);
        if (other is null)
        {
            return (Measured.Missing(whyNot), null);
        }

        var difference = Difference(model, other, figure);
        // what the model has in common with the nearest parent is a figure of these two: the other parents tell nothing of it
        if (against != Baselines.BestParent || figure.Metric.ComparesModels || figure.Metric.LargerIsBetter(model, figure) is not { } larger)
        {
            return (difference, other);
        }

        var all = scored.Models.Where(parent => parent.IsParent).DistinctBy(parent => parent.Digest ?? parent.Name).Select(parent => Difference(model, parent, figure));
        return (BestParent.Difference(difference, [.. all], larger).Within(figure.Metric.RangeBeside), other);
    }

    // a parent without a figure could be the best one, so there is no best one then
    private (ModelResult? Model, string WhyNot) BestParentOf(Figure figure)
    {
        var parents = scored.Models
            .Where(model => model.IsParent)
            .Select(model => (model, figure: Of(model, figure)))
            .OrderBy(parent => figure.Metric.LargerIsBetter(parent.model, figure) ?? true ? -parent.figure.Value : parent.figure.Value)
            .ToList();
        return parents.Find(parent => !parent.figure.Exists) is { figure: { } unmeasured }
            ? (null, unmeasured.WhyNot!)
            : parents is [var best, ..] ? (best.model, "") : (null, "no parent is measured");
    }
}
