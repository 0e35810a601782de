using MergeOps.Analysis;
using MergeOps.Analysis.Gradients;
using MergeOps.Analysis.Reports;
using MergeOps.Analysis.Verdicts;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Compares what the models of a recipe learned, and what its merge makes of it; writes nothing.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">What is read, and how.</param>
internal sealed class AnalyzeRecipe(HostEnvironment environment, AnalysisOptions options)
{
    /// <summary>What is decomposed; null for nothing.</summary>
    public SpectralSettings? Spectral => options.Spectral;

    private readonly CompareModels comparison = new(environment, options);

    /// <summary>Plans the recipe and what is compared; null when errors were found. libtorch loads meanwhile.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="withKeepRate">Whether <see cref="KeepRateAsync"/> will be asked for.</param>
    /// <param name="withGradients">Whether <see cref="GradientsAsync"/> will be.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public (PlannedRecipe? Planned, AnalysisPlan? Plan, DiagnosticBag Found) Plan(string recipePath, bool withKeepRate = false, bool withGradients = false)
    {
        TorchRuntime.StartLoading(environment);
        var (planned, found) = PlanMerge.Run(environment, recipePath);
        if (planned is not null && withKeepRate)
        {
            KeepRate.Check(planned, found);
        }

        if (planned is not null && withGradients)
        {
            CompareGradients.Check(planned.Recipe, found);
        }

        return (planned, planned is null || found.HasErrors ? null : comparison.Plan(planned, found), found);
    }

    /// <summary>Measures how scores depend on the share of the task vectors that is kept; null when that cannot be measured.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="found">Takes what stands against it.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public Task<IReadOnlyList<SearchCurve>?> KeepRateAsync(PlannedRecipe planned, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation) =>
        new KeepRate(environment, planned, Engine, observer, cancellation).RunAsync(found);

    /// <summary>Compares the gradients of the base on the models' calibration data; null when that cannot be measured.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="found">Takes what stands against it.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public Task<GradientCosines?> GradientsAsync(PlannedRecipe planned, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation) =>
        new CompareGradients(environment, options.MaxMemory, observer, cancellation).RunAsync(planned, found);

    private MergeOptions Engine => new() { Output = "", Threads = options.Threads, MaxMemory = options.MaxMemory };

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
