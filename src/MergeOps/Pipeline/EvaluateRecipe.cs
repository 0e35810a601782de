using MergeOps.Diagnostics;
using MergeOps.Evaluation;

namespace MergeOps.Pipeline;

/// <summary>Measures any folder as the merged model of a recipe.</summary>
internal static class EvaluateRecipe
{
    /// <summary>Evaluates; the report is null when the recipe, its models or its tasks have errors.</summary>
    /// <exception cref="MergeOpsException">A model cannot be read, or libtorch cannot be loaded.</exception>
    public static async Task<(EvaluationReport? Report, DiagnosticBag Found)> RunAsync(
        string recipePath, string model, IStageObserver observer, CancellationToken cancellation)
    {
        var (planned, found) = PlanMerge.Run(recipePath);
        if (planned is null)
        {
            return (null, found);
        }

        var work = new RunFolder(planned.Plan.Digest);
        var report = await new EvaluateModel(planned, observer, cancellation).RunAsync(Path.GetFullPath(model), work.Average, found);
        work.DropAverage();
        return (report, found);
    }
}
