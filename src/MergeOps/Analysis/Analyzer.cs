using MergeOps.Analysis.Sums;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Analysis;

/// <summary>Compares the vectors of a recipe, tensor by tensor, in memory that does not grow with the models.</summary>
internal static class Analyzer
{
    /// <summary>Reads everything.</summary>
    /// <param name="plan">What is compared.</param>
    /// <param name="options">Threads and memory.</param>
    /// <param name="verified">The files that were hashed just now, by their absolute paths.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">An input cannot be read, or is not what was planned or hashed.</exception>
    public static AnalysisSums Run(
        AnalysisPlan plan,
        AnalysisOptions options,
        IReadOnlyDictionary<string, VerifiedFile> verified,
        IProgress<MergeProgress>? progress,
        CancellationToken cancellation)
    {
        using var memory = new MemoryGate(options.MaxMemory, options.Threads, plan.Reads.Jobs.Sum(ProgressMeter.BytesOf));
        var tileElements = memory.TileElements(plan.Reads, TileMemory.DefaultTileElements / 8);
        foreach (var tensor in plan.Tensors)
        {
            memory.Require(tensor.Job, tensor.Job.Layout, tileElements, options.Spectral?.BytesOf(tensor) ?? 0);
        }

        using var files = new InputFiles(plan.Reads, verified);
        TorchRuntime.EnsureLoaded();
        var meter = new ProgressMeter(progress, plan.Reads.Jobs);
        Func<TileReader, AnalyzedTensor, SampledSums> read = options.Sampling is { } sampling
            ? new SamplePass(sampling, files, meter).Read
            : new AnalysisPass(plan, options, meter).Read;
        var tensors = plan.Tensors.ToDictionary(tensor => tensor.Job.Name, StringComparer.Ordinal);
        var sums = new AnalysisSums(plan);
        var context = new ReadingContext(files, memory, tileElements, MergeDevice.Choose("cpu"));
        if (options.Sampling is null)
        {
            // what the merged tensors need to know of the whole model
            ModelScans.Run(plan.Reads.Jobs, context, options.Threads, cancellation);
        }

        new InputPass(context, plan.Reads.Jobs, cancellation) { ReadsAll = options.Sampling is null ? _ => true : null }
            .Run(options.Threads, (reader, _) => job => sums.Take(tensors[job.Name], read(reader, tensors[job.Name])));
        files.RequireUnchanged();
        return sums;
    }
}

/// <summary>How to analyze.</summary>
internal sealed record AnalysisOptions
{
    /// <summary>The share of each vector's entries that TIES keeps by default in its paper.</summary>
    public const double UsualTrim = 0.2;

    /// <summary>Worker threads; each runs torch on one thread.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes that buffers may take beyond libtorch itself.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>The share of each vector's entries, the largest of each tensor, that trimming leaves; null for the recipe's densities, or the usual share.</summary>
    public double? TrimTo { get; init; }

    /// <summary>What is decomposed; null for nothing.</summary>
    public SpectralSettings? Spectral { get; init; }

    /// <summary>The share that trimming leaves of one input of a tensor; a density of 1 trims nothing, and says nothing.</summary>
    public double TrimOf(AnalyzedTensor tensor, int input) => TrimTo ?? (tensor.DensityOf(input) is > 0 and < 1 and var density ? density : UsualTrim);

    /// <summary>What is read; null for everything.</summary>
    public Sampling? Sampling { get; init; }
}
