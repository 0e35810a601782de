using System.Collections.Immutable;
using MergeOps.Analysis;
using MergeOps.Analysis.Sums;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Search.Contract;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Reads the models of a recipe once and finds how what they learned lies in the space of all weights.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="observer">Hears of the stage.</param>
/// <param name="found">Takes why it cannot be found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FindGeometry(HostEnvironment environment, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>The products of the models' vectors; null when errors went into the bag.</summary>
    /// <param name="planned">The recipe and its plan.</param>
    /// <param name="engine">Threads and memory.</param>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public async Task<VectorGeometry?> RunAsync(PlannedRecipe planned, MergeOptions engine)
    {
        if (ComparedVectors.Plan(environment, planned, found) is not { } vectors
            || AnalysisPlan.Of(planned.Plan, vectors.Plan, planned.Recipe.MergeMethod.Span, found) is not { } plan)
        {
            return null;
        }

        var verified = await new FetchModels(environment, plan.Reads, planned.Digests, observer, cancellation).ForMergeAsync();
        observer.Started(Stage.Analyze);
        var sums = Analyzer.Run(
            plan,
            new AnalysisOptions { Threads = engine.Threads, MaxMemory = engine.MaxMemory },
            verified,
            new DirectProgress<MergeProgress>(now => observer.Advanced(Stage.Analyze, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes))),
            cancellation).Total.Sums;
        observer.Finished(Stage.Analyze, StageEnd.Done, $"{Quantity.Of(plan.Models.Length, "model")} compared");
        var models = Enumerable.Range(0, plan.Models.Length);
        return new(
            [.. plan.Models.Select(model => planned.Plan.Models[model].Reference)],
            [.. models.Select(a => models.Select(b => a == b ? sums.Vectors[a].Squares : sums.Pairs[VectorSums.IndexOf(a, b)].Products).ToImmutableArray())]);
    }
}
