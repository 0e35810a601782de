using System.Collections.Immutable;
using MergeOps.Analysis;
using MergeOps.Analysis.Reports;
using MergeOps.Analysis.Verdicts;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Compares what the models of a recipe learned, and what its merge makes of it; writes nothing.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">What is read, and how.</param>
internal sealed class AnalyzeRecipe(HostEnvironment environment, AnalysisOptions options)
{
    /// <summary>Plans the recipe and what is compared; null when errors were found. libtorch loads meanwhile.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public (PlannedRecipe? Planned, AnalysisPlan? Plan, DiagnosticBag Found) Plan(string recipePath)
    {
        TorchRuntime.StartLoading(environment);
        var (planned, found) = PlanMerge.Run(environment, recipePath);
        if (planned is null)
        {
            return (null, null, found);
        }

        var vectors = ComparedVectors.Plan(environment, planned, found);
        var plan = vectors is null ? null : AnalysisPlan.Of(planned.Plan, vectors.Plan, planned.Recipe.MergeMethod.Span, found);
        if (plan is not null && options.Sampling is not null && plan.Tensors.Any(tensor => tensor.Job.Read.Any(input => IsMade(input.Source))))
        {
            found.Error(
                Codes.TensorsNotComparable, "What another recipe of the file makes can only be read whole. Run `mergeops analyze` without --sample.", planned.Recipe.MergeMethod.Span);
            return (planned, null, found);
        }

        return (planned, plan, found);
    }

    private static bool IsMade(TensorSource source) => source is StageResult || source.Parts.Any(IsMade);

    /// <summary>Fetches the models, and reads them once.</summary>
    /// <param name="planned">What <see cref="Plan"/> gave.</param>
    /// <param name="plan">What is compared.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public async Task<AnalysisReport> RunAsync(PlannedRecipe planned, AnalysisPlan plan, IStageObserver observer, CancellationToken cancellation)
    {
        return options.Sampling is { } sampling
            ? await SampleAsync(planned, plan, sampling, observer, cancellation)
            : Analyze(planned, plan, options, await new FetchModels(environment, plan.Reads, planned.Digests, observer, cancellation).ForMergeAsync(), observer, cancellation);
    }

    // a sample of a local file is compared with no digest: to know that would be to read the file
    private async Task<AnalysisReport> SampleAsync(PlannedRecipe planned, AnalysisPlan plan, Sampling sampling, IStageObserver observer, CancellationToken cancellation)
    {
        var folder = Path.Combine(environment.TemporaryFolder, $"mergeops-sample-{Guid.NewGuid():N}");
        try
        {
            var (fetched, read) = await new FetchSample(environment, plan, sampling, observer, cancellation).RunAsync(folder);
            return Analyze(planned, fetched, options with { Sampling = read }, ImmutableDictionary<string, VerifiedFile>.Empty, observer, cancellation);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static AnalysisReport Analyze(
        PlannedRecipe planned, AnalysisPlan plan, AnalysisOptions options, IReadOnlyDictionary<string, VerifiedFile> verified, IStageObserver observer, CancellationToken cancellation)
    {
        observer.Started(Stage.Analyze);
        var sums = Analyzer.Run(
            plan,
            options,
            verified,
            new DirectProgress<MergeProgress>(now => observer.Advanced(Stage.Analyze, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes))),
            cancellation);
        observer.Finished(Stage.Analyze, StageEnd.Done, $"{Quantity.Of(plan.Tensors.Length, "tensor")} of {Quantity.Of(plan.Models.Length, "model")} compared");
        return new(planned.Plan.Name, planned.Plan.Digest, sums, AnalysisVerdict.Of(sums), options);
    }
}
