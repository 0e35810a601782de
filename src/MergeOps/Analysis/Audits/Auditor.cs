using System.Collections.Concurrent;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Planning;
using MergeOps.Runtime;

namespace MergeOps.Analysis.Audits;

/// <summary>Reads a sample of a model and of candidates for its parents.</summary>
internal static class Auditor
{
    /// <summary>Reads it; the tensors come in ordinal order of their names.</summary>
    /// <param name="plan">What is read: the first candidate is the base, the audited model the first of the models.</param>
    /// <param name="options">The sample, and how it is read.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be read, or is not what was planned.</exception>
    public static IReadOnlyList<AuditedTensor> Run(AnalysisPlan plan, AnalysisOptions options, CancellationToken cancellation)
    {
        using var memory = new MemoryGate(options.MaxMemory, options.Threads);
        using var files = new InputFiles(plan.Reads);
        TorchRuntime.EnsureLoaded();
        var pass = new AuditPass(options.Sampling!, files, plan.Tensors.Length);
        var tensors = plan.Tensors.ToDictionary(tensor => tensor.Job.Name, StringComparer.Ordinal);
        var read = new ConcurrentDictionary<string, AuditedTensor>(StringComparer.Ordinal);
        new InputPass(new ReadingContext(files, memory, TileMemory.DefaultTileElements, MergeDevice.Choose("cpu")), plan.Reads.Jobs, cancellation)
            .Run(options.Threads, (reader, _) => job => read[job.Name] = pass.Read(reader, tensors[job.Name]));
        files.RequireUnchanged();
        return [.. read.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)];
    }

    /// <summary>Compares a model with what a recipe makes, tensor by tensor, in ordinal order of their names.</summary>
    /// <param name="recipe">The recipe's jobs.</param>
    /// <param name="model">The audited model's tensors, as copies.</param>
    /// <param name="options">The sample, and how it is read.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be read, or is not what was planned.</exception>
    public static IReadOnlyList<RecipeMatch> Match(AnalysisPlan recipe, AnalysisPlan model, AnalysisOptions options, CancellationToken cancellation)
    {
        using var memory = new MemoryGate(options.MaxMemory, options.Threads);
        using var files = new InputFiles(recipe.Reads);
        using var own = new InputFiles(model.Reads);
        TorchRuntime.EnsureLoaded();
        var copies = model.Tensors.ToDictionary(tensor => tensor.Job.Name, tensor => tensor.Job.Inputs[0].Source, StringComparer.Ordinal);
        var read = new ConcurrentDictionary<string, RecipeMatch>(StringComparer.Ordinal);
        new InputPass(
            new ReadingContext(files, memory, TileMemory.DefaultTileElements, MergeDevice.Choose("cpu")), recipe.Reads.Jobs.Where(job => copies.ContainsKey(job.Name)), cancellation)
            .Run(options.Threads, (reader, _) => job =>
            {
                var (inputs, audited) = (new ElementReaders(files, reader.Workspace.Pieces), new ElementReaders(own, reader.Workspace.Pieces));
                read[job.Name] = RecipeMatch.Of(
                    job, [.. options.Sampling!.RunsOf(job.Name, job.ElementCount)], inputs.Open, audited.Open(copies[job.Name]), copies[job.Name].DType);
            });
        files.RequireUnchanged();
        own.RequireUnchanged();
        return RecipeMatch.Together([.. read.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)]);
    }
}
