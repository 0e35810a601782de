using System.Collections.Immutable;
using MergeOps.Analysis;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Compares the models of a recipe, tensor by tensor: all of their weights, or a sample.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">What is read, and how.</param>
internal sealed class CompareModels(HostEnvironment environment, AnalysisOptions options)
{
    /// <summary>Lays out what is compared; null when errors were found.</summary>
    /// <param name="planned">The recipe and its plan.</param>
    /// <param name="found">Takes what stands against it.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public AnalysisPlan? Plan(PlannedRecipe planned, DiagnosticBag found)
    {
        var place = planned.Recipe.MergeMethod.Span;
        var vectors = ComparedVectors.Plan(environment, planned, found);
        var plan = vectors is null ? null : AnalysisPlan.Of(planned.Plan, vectors.Plan, place, found);
        if (plan is not null && options.Sampling is not null && plan.Tensors.Any(tensor => tensor.Job.Read.Any(input => IsMade(input.Source))))
        {
            found.Error(Codes.TensorsNotComparable, "The result of another recipe in the file can only be read whole. Run `mergeops analyze` without --sample.", place);
            return null;
        }

        return plan;
    }

    /// <summary>Fetches the models, or what is read of them, and reads them once.</summary>
    /// <param name="planned">The recipe and its plan.</param>
    /// <param name="plan">What is compared.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>What was measured, and the options by which it was read.</returns>
    /// <exception cref="MergeOpsException">An input, the Hub or the disk does not allow it.</exception>
    public async Task<(AnalysisSums Sums, AnalysisOptions Options)> RunAsync(PlannedRecipe planned, AnalysisPlan plan, IStageObserver observer, CancellationToken cancellation) =>
        options.Sampling is { } sampling
            ? await SampleAsync(plan, sampling, observer, cancellation)
            : (Analyze(plan, options, await new FetchModels(environment, plan.Reads, planned.Digests, observer, cancellation).ForMergeAsync(), observer, cancellation), options);

    // a sample of a local file is compared with no digest: to know that would be to read the file
    private async Task<(AnalysisSums, AnalysisOptions)> SampleAsync(AnalysisPlan plan, Sampling sampling, IStageObserver observer, CancellationToken cancellation)
    {
        var folder = Path.Combine(environment.TemporaryFolder, $"mergeops-sample-{Guid.NewGuid():N}");
        try
        {
            var (fetched, read) = await new FetchSample(environment, plan, sampling, observer, cancellation).RunAsync(new SampledFiles(folder));
            var sampled = options with { Sampling = read };
            return (Analyze(fetched, sampled, ImmutableDictionary<string, VerifiedFile>.Empty, observer, cancellation), sampled);
        }
        finally
        {
            DurableFolder.Remove(folder);
        }
    }

    private static AnalysisSums Analyze(
        AnalysisPlan plan, AnalysisOptions options, IReadOnlyDictionary<string, VerifiedFile> verified, IStageObserver observer, CancellationToken cancellation)
    {
        observer.Started(Stage.Analyze);
        var sums = Analyzer.Run(
            plan,
            options,
            verified,
            new DirectProgress<Merging.MergeProgress>(now => observer.Advanced(Stage.Analyze, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes))),
            cancellation);
        observer.Finished(Stage.Analyze, StageEnd.Done, $"{Quantity.Of(plan.Tensors.Length, "tensor")} of {Quantity.Of(plan.Models.Length, "model")} compared");
        return sums;
    }

    private static bool IsMade(TensorSource source) => source is StageResult || source.Parts.Any(IsMade);
}
