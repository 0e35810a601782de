using MergeOps.Analysis;
using MergeOps.Analysis.Reports;
using MergeOps.Analysis.Verdicts;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Compares what the models of a recipe learned, and what its merge makes of it; writes nothing.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">What is read, and how.</param>
internal sealed class AnalyzeRecipe(HostEnvironment environment, AnalysisOptions options)
{
    private readonly CompareModels comparison = new(environment, options);

    /// <summary>Plans the recipe and what is compared; null when errors were found. libtorch loads meanwhile.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public (PlannedRecipe? Planned, AnalysisPlan? Plan, DiagnosticBag Found) Plan(string recipePath)
    {
        TorchRuntime.StartLoading(environment);
        var (planned, found) = PlanMerge.Run(environment, recipePath);
        return (planned, planned is null ? null : comparison.Plan(planned, found), found);
    }

    /// <summary>Fetches the models, and reads them once.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="plan">What is compared.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public async Task<AnalysisReport> RunAsync(PlannedRecipe planned, AnalysisPlan plan, IStageObserver observer, CancellationToken cancellation)
    {
        var (sums, read) = await comparison.RunAsync(planned, plan, observer, cancellation);
        return new(planned.Plan.Name, planned.Plan.Digest, sums, AnalysisVerdict.Of(sums), read);
    }
}
