using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Merging;
using MergeOps.Merging.InMemory;
using MergeOps.Merging.Writing;
using MergeOps.Models;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Search;
using MergeOps.Search.Contract;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Where points are scored: what all of them share.</summary>
/// <param name="Environment">Variables, folders and the time.</param>
/// <param name="Plans">Gives the plan of each point.</param>
/// <param name="Planned">The plan of one of them, with the models as they were planned.</param>
/// <param name="Engine">How to merge.</param>
/// <param name="Work">The folder of the search.</param>
/// <param name="Observer">Hears of the search.</param>
/// <param name="Cancellation">Stops.</param>
internal sealed record SearchContext(
    HostEnvironment Environment, PointPlans Plans, PlannedRecipe Planned, MergeOptions Engine, RunFolder Work, IStageObserver Observer, CancellationToken Cancellation);

/// <summary>Scores points by our own tasks: each is merged in memory, several at once as far as memory holds them, and what is remembered is not merged again.</summary>
/// <param name="context">What all points share.</param>
/// <param name="data">What they are measured on.</param>
/// <param name="figure">The score.</param>
/// <param name="total">How many points may be scored.</param>
/// <param name="notes">Takes what is worth knowing.</param>
internal sealed class ScorePointsHere(SearchContext context, EvaluationData data, Figure figure, int total, DiagnosticBag notes) : IPointScores
{
    private readonly MemoryMerge merge = new(context.Engine);
    private readonly ScoringPlace place = new(context.Environment, context.Planned.Recipe, context.Engine.Device);
    private readonly long itemsOfPoint = data.Subjects.Sum(subject => (long)subject.Items.Length);
    private ImmutableArray<ModelResult>? experts;
    private int done;

    /// <summary>Why points have no score, as far as any has none.</summary>
    public string? WhyNot { get; private set; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScoredPoint>> ScoreAsync(IReadOnlyList<ImmutableArray<double>> points)
    {
        experts ??= await ExpertsAsync();
        List<ScoredPoint> scored = [];
        var waiting = points.Select(values => (values, planned: context.Plans.TryAt(values))).ToList();
        for (var next = 0; next < waiting.Count;)
        {
            var atOnce = waiting[next].planned.Plan is { } plan ? merge.AtOnce(plan) : 1;
            var chunk = waiting.Skip(next).Take(atOnce).ToList();
            var models = Merge([.. chunk.Select(point => point.planned.Plan).OfType<MergePlan>().Where(each => !place.Scores.HoldsAll(KeyOf(each), data))]);
            scored.AddRange(chunk.Select(point => point.planned.Plan is { } each
                ? Score(point.values, each, models.GetValueOrDefault(each.Digest))
                : Without(point.values, point.planned.WhyNot)));
            next += chunk.Count;
        }

        return scored;
    }

    private Dictionary<string, MemoryModel> Merge(IReadOnlyList<MergePlan> plans)
    {
        List<MergePlan> fresh = [.. plans.DistinctBy(plan => plan.Digest)];
        if (fresh.Count == 0)
        {
            return [];
        }

        Advance($"merges {Quantity.Of(fresh.Count, "point")} in memory", 0);
        return merge.Run(fresh, progress: null, context.Cancellation).ToDictionary(model => model.Plan.Digest, StringComparer.Ordinal);
    }

    private ScoredPoint Score(ImmutableArray<double> values, MergePlan plan, MemoryModel? model)
    {
        var name = Words(values);
        var under = new ModelUnderTest(ModelRole.Merged, name, null, KeyOf(plan), model is null ? Refuses : Opens(model));
        var within = 0L;
        var result = new ModelScorer(data, place.Scores, notes, new DirectProgress<EvaluationStep>(step =>
        {
            Advance($"{name} on {step.Subject}", within);
            within += step.Items;
        })).Score(under, context.Cancellation);
        done++;
        WhyNot ??= result.WhyNot;
        var measurements = new Measurements(new(data.Subjects, [.. experts!.Value, result]));
        return new(values, measurements.Of(result, figure))
        {
            Tasks = figure.IsMean && result.WhyNot is null
                ? [.. data.Tasks.Where(task => task.Kind.Metrics.Contains(figure.Metric) || (figure.Metric is ItemMetric item && item.AppliesTo(task.Kind)))
                    .Select(task => measurements.Of(result, new(task.Name, figure.Metric)).Value ?? double.NaN)]
                : [],
            ModelDigest = model?.ModelDigest,
        };
    }

    private ScoredPoint Without(ImmutableArray<double> values, string whyNot)
    {
        done++;
        WhyNot ??= whyNot;
        return new(values, Measured.Missing(whyNot));
    }

    // a metric may compare with the models of the recipe
    private async Task<ImmutableArray<ModelResult>> ExpertsAsync()
    {
        var needed = data.Tasks.Where(task => figure.Metric.NeedsExpert && task.Expert is not null).Select(task => task.Expert!).ToHashSet();
        if (needed.Count == 0)
        {
            return [];
        }

        var plan = context.Planned.Plan;
        await new FetchModels(context.Environment, plan, context.Planned.Digests, context.Observer, context.Cancellation)
            .ForEvaluationAsync(plan.Models.Index().Where(model => needed.Contains(model.Item.Reference)).Select(model => model.Index));
        var scorer = new ModelScorer(data, place.Scores, notes, progress: null);
        return
        [
            .. plan.Models.Where(model => needed.Contains(model.Reference)).Select(model => scorer.Score(
                new(ModelRole.Parent, model.Reference.ToString(), model.Reference, ModelContent.DigestOf(model, context.Planned.Digests), Opens(model.Checkpoint.Folder)), context.Cancellation)),
        ];
    }

    // the same plan gives the same bytes within a numeric class
    private string KeyOf(MergePlan plan) => $"{plan.Digest}:{MergeDevice.Choose(context.Engine.Device).NumericClassOf(plan.DecomposesMatrices)}";

    private OpenModel Opens(MemoryModel model) => (use, out whyNot) =>
    {
        BesideWeights.Write(context.Work.Beside, model.Plan, []);
        return place.TryOpen(use, model.In(context.Work.Beside), out whyNot);
    };

    private OpenModel Opens(string folder) => (use, out whyNot) => place.TryOpen(use, folder, out whyNot);

    private static IScoredModel? Refuses(ModelUse use, out string? whyNot)
    {
        whyNot = "its scores were cached a moment ago";
        return null;
    }

    private void Advance(string part, long within) =>
        context.Observer.Advanced(Stage.Search, part, new Work((done * itemsOfPoint) + within, total * itemsOfPoint, WorkUnit.Items));

    /// <summary>The numbers of a point as people read them.</summary>
    public static string Words(ImmutableArray<double> values) => string.Join(" ", values.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture)));
}
