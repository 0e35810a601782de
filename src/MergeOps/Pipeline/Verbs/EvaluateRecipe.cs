using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Measures any folder as the merged model of a recipe.</summary>
internal static class EvaluateRecipe
{
    /// <summary>Evaluates; the report is null when the recipe, its models or its tasks have errors.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="model">The folder that is measured as the merged model.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops.</param>
    /// <param name="device">Where forward passes compute.</param>
    /// <exception cref="MergeOpsException">A model cannot be read, or libtorch cannot be loaded.</exception>
    public static async Task<(EvaluationReport? Report, DiagnosticBag Found)> RunAsync(
        HostEnvironment environment, string recipePath, string model, ExternalScoring? scoring, IStageObserver observer, CancellationToken cancellation, string device = "auto")
    {
        var (planned, found) = PlanMerge.Run(environment, recipePath);
        return (planned is null ? null : await RunAsync(environment, planned, model, scoring, observer, found, cancellation, device), found);
    }

    /// <summary>Evaluates by a plan; the report is null when results of another harness or items cannot be read.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="planned">The recipe and its plan.</param>
    /// <param name="model">The folder that is measured as the merged model.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="found">Takes what is found, the gates that say no among it.</param>
    /// <param name="cancellation">Stops.</param>
    /// <param name="device">Where forward passes compute.</param>
    /// <exception cref="MergeOpsException">A model cannot be read, or libtorch cannot be loaded.</exception>
    public static async Task<EvaluationReport?> RunAsync(
        HostEnvironment environment,
        PlannedRecipe planned,
        string model,
        ExternalScoring? scoring,
        IStageObserver observer,
        DiagnosticBag found,
        CancellationToken cancellation,
        string device = "auto")
    {
        if (await new FetchData(environment, observer, found, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return null;
        }

        planned = planned with { Data = data };
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var baseline = new PublishedBaseline(environment, planned.Recipe, TargetKind.Find(planned.Recipe, to: null), observer, cancellation);
        var report = await new EvaluateModel(environment, planned, baseline, scoring, observer, cancellation, device).RunAsync(Path.GetFullPath(model), work, found);
        work.DropScored();
        return report;
    }
}
