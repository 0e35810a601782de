using System.Collections.Immutable;
using MergeOps.Analysis;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Merging;
using MergeOps.Merging.InMemory;
using MergeOps.Merging.Writing;
using MergeOps.Methods.Contract;
using MergeOps.Models;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Measures how a merge's scores depend on the share of the task vectors that it keeps: merges in memory at several densities, and scores each.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="planned">The recipe and its plan, with what it is measured on.</param>
/// <param name="engine">How to merge.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class KeepRate(HostEnvironment environment, PlannedRecipe planned, MergeOptions engine, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>The shares that are kept, the largest first.</summary>
    public static ImmutableArray<double> Densities { get; } = [1, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01];

    private readonly ParameterDeclaration? density = DensityOf(planned);
    private readonly ScoringPlace place = new(environment, planned.Recipe, engine.Device);

    /// <summary>Reports what stands against it.</summary>
    /// <param name="planned">The recipe and its plan, with what it is measured on.</param>
    /// <param name="found">Takes it.</param>
    public static void Check(PlannedRecipe planned, DiagnosticBag found)
    {
        if (DensityOf(planned) is null)
        {
            found.Error(
                Codes.TensorsNotComparable,
                $"'{planned.Recipe.MergeMethod.Value.Name}' keeps whole task vectors, so there is no share to vary. Use a copy of the recipe with 'ties' or 'dare_linear'.",
                planned.Recipe.MergeMethod.Span);
        }
        else if (planned.Data.IsEmpty)
        {
            found.Error(Codes.TensorsNotComparable, "The recipe has no 'evaluate' tasks or texts to measure with.", planned.Recipe.MergeMethod.Span);
        }
    }

    /// <summary>Measures: a curve for each task and text, and for the mean over the tasks where there are several; null where the model cannot be scored, and why is in the bag.</summary>
    /// <exception cref="MergeOpsException">A model, the Hub or the disk does not allow it.</exception>
    public async Task<IReadOnlyList<SearchCurve>?> RunAsync(DiagnosticBag found)
    {
        var points = Densities.Select(share => Planner.Plan(RecipeAt(share), planned.Models, found, planned.Stages)).ToList();
        if (points.Contains(null))
        {
            return null;
        }

        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var verified = await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForMergeAsync();
        observer.Started(Stage.Search);
        var merge = new MemoryMerge(engine with { Verified = verified, Digests = planned.Digests });
        var scores = new List<ModelResult>();
        foreach (var (index, plan) in points.Index())
        {
            observer.Advanced(Stage.Search, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"density {Densities[index]}"), new Work(index, points.Count, WorkUnit.Items));
            scores.Add(Score(merge.Run([plan!], progress: null, cancellation)[0], work));
        }

        if (scores.Find(score => score.WhyNot is not null) is { } unscored)
        {
            observer.Finished(Stage.Search, StageEnd.Failed, "no point has a score");
            found.Error(Codes.NothingScored, $"{unscored.WhyNot!.TrimEnd('.')}.", planned.Recipe.Evaluate!.Span);
            return null;
        }

        observer.Finished(Stage.Search, StageEnd.Done, $"{Quantity.Of(points.Count, "point")} scored");
        var figures = new RecipeFigures(planned.Recipe.Evaluate, EvaluationCatalogue.Default);
        var measurements = new Measurements(new(planned.Data.Subjects, [.. scores]));
        return
        [
            .. (planned.Data.Tasks.Length > 1 ? RecipeFigures.Headlines(planned.Data.Tasks) : []).Concat(figures.Leading)
                .Where(figure => figure.Metric.IsScoredHere)
                .Select(figure => Curve(figure, scores, measurements))
                .Where(curve => curve.Points.Any(point => point.Score is not null)),
        ];
    }

    private static ParameterDeclaration? DensityOf(PlannedRecipe planned) =>
        planned.Recipe.MergeMethod.Value.Parameters.FirstOrDefault(parameter => parameter.Name == AnalyzedTensor.Density && !parameter.HasNoEffect);

    private static SearchCurve Curve(Figure figure, List<ModelResult> scores, Measurements measurements)
    {
        ImmutableArray<CurvePoint> points =
        [
            .. scores.Select(score => measurements.Of(score, figure)).Select((measured, index) => new CurvePoint([Densities[index]], measured.Value, measured.Interval)),
        ];
        var isLarger = figure.Metric.LargerIsBetter(scores[0], figure) != false;
        return new()
        {
            Objective = figure.ToString(),
            LargerIsBetter = isLarger,
            IsShare = figure.Metric.IsShare,
            Searcher = "the best score",
            Parameters = [AnalyzedTensor.Density],
            Points = points,
            Chosen = points.Index().MaxBy(point => point.Item.Score is { } score ? isLarger ? score : -score : double.NegativeInfinity).Index,
        };
    }

    private ModelResult Score(MemoryModel model, RunFolder work)
    {
        var under = new ModelUnderTest(ModelRole.Merged, planned.Plan.Name, null, $"{model.Plan.Digest}:{MergeDevice.Choose(engine.Device).NumericClass}", (ModelUse use, out string? whyNot) =>
        {
            BesideWeights.Write(work.Beside, model.Plan, []);
            return place.TryOpen(use, model.In(work.Beside), out whyNot);
        });
        return new ModelScorer(planned.Data, place.Scores, [], progress: null).Score(under, cancellation);
    }

    // one density for all, at the level that every model inherits from
    private Recipe RecipeAt(double share)
    {
        var place = planned.Recipe.MergeMethod.Span;
        var setting = new NamedSetting(new Located<ParameterDeclaration>(density!, place), new ScalarSetting(ParameterValue.Of(share), place));
        return planned.Recipe with
        {
            Parameters = [.. Others(planned.Recipe.Parameters), setting],
            Modules =
            [
                .. planned.Recipe.Modules.Select(module => module with
                {
                    Parameters = Others(module.Parameters),
                    Models = [.. module.Models.Select(input => input with { Parameters = Others(input.Parameters) })],
                    Slices =
                    [
                        .. module.Slices.Select(slice => slice with
                        {
                            Parameters = Others(slice.Parameters),
                            Sources = [.. slice.Sources.Select(source => source with { Parameters = Others(source.Parameters) })],
                        }),
                    ],
                }),
            ],
        };
    }

    private ImmutableArray<NamedSetting> Others(ImmutableArray<NamedSetting> settings) => [.. settings.Where(setting => setting.Parameter.Value != density)];
}
