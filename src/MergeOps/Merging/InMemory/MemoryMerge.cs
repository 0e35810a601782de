using System.Collections.Concurrent;
using System.Collections.Frozen;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Merging.InMemory;

/// <summary>
/// Merges plans of the same models into memory, several at once: where they differ in parameters alone, each piece of the
/// models is read once for all of them, and what an earlier call made is not made again. The bytes are those of ordinary
/// merges.
/// </summary>
/// <param name="options">How to merge; nothing is written.</param>
internal sealed class MemoryMerge(MergeOptions options)
{
    /// <summary>Elements of a tile that several plans share: with the copies for each of them it stays in the cache.</summary>
    private const int SharedTileElements = 1 << 15;

    // beside the models themselves
    private readonly KnownChanges changes = new(options.MaxMemory / 4);
    private FrozenDictionary<string, MadeTensor> known = FrozenDictionary<string, MadeTensor>.Empty;

    /// <summary>Whether the tensors are kept for a reader; otherwise they are hashed only.</summary>
    public bool Keeps { get; init; } = true;

    /// <summary>How many of the plans fit into the memory of the options together; at least one.</summary>
    public int AtOnce(MergePlan plan) => (int)Math.Clamp(options.MaxMemory / Math.Max(1, MemoryModel.LengthOf(plan)), 1, int.MaxValue);

    /// <summary>Merges.</summary>
    /// <param name="plans">Plans of one recipe with other values of its parameters; at least one.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>The models in the order of the plans.</returns>
    /// <exception cref="Diagnostics.MergeOpsException">An input or the device does not allow it.</exception>
    public IReadOnlyList<MemoryModel> Run(IReadOnlyList<MergePlan> plans, IProgress<MergeProgress>? progress, CancellationToken cancellation)
    {
        var missing = plans.SelectMany(plan => plan.Jobs).DistinctBy(job => job.Digest).Where(job => !known.ContainsKey(job.Digest)).ToList();
        var made = new ConcurrentDictionary<string, MadeTensor>(StringComparer.Ordinal);
        if (missing.Count > 0)
        {
            Make(plans[0] with { Jobs = [.. missing] }, made, progress, cancellation);
        }

        known = plans.SelectMany(plan => plan.Jobs).Select(job => job.Digest).Distinct()
            .ToFrozenDictionary(digest => digest, digest => made.TryGetValue(digest, out var fresh) ? fresh : known[digest], StringComparer.Ordinal);
        return [.. plans.Select(Model)];
    }

    private MemoryModel Model(MergePlan plan) => new(
        plan,
        ModelDigest.Of(plan.Jobs.Select(job => new DigestedTensor(job.Name, job.DType, job.Shape, known[job.Digest].Digest))),
        Keeps ? plan.Jobs.ToFrozenDictionary(job => job.Name, job => known[job.Digest].Tensor!, StringComparer.Ordinal) : null);

    private void Make(MergePlan plan, ConcurrentDictionary<string, MadeTensor> made, IProgress<MergeProgress>? progress, CancellationToken cancellation)
    {
        using var memory = new MemoryGate(options.MaxMemory, options.Threads, plan.Jobs.Sum(ProgressMeter.BytesOf));
        var groups = Grouped(plan, memory.TileElements(plan, SharedTileElements));
        var tileElements = memory.TileElements(plan, groups.Values.Any(group => group.Count > 1) ? SharedTileElements : options.TileElements);
        foreach (var job in plan.Jobs)
        {
            memory.Require(job, job.Layout, tileElements);
        }

        using var files = new InputFiles(plan, options.Verified);
        MergingCode.Rehearse(plan);
        TorchRuntime.EnsureLoaded();
        changes.Note(plan.Jobs, plan.Owners);
        var reading = new ReadingContext(files, memory, tileElements, MergeDevice.Choose(options.Device)) { Changes = changes };
        ExpectationCheck.Run(plan, files, cancellation);
        var context = new MergeContext(plan, reading, new ProgressMeter(progress, plan.Jobs));
        ModelScans.Run(plan.Jobs, reading, options.Threads, cancellation);
        new InputPass(reading, groups.Keys, cancellation).Run(options.Threads, (reader, stop) =>
        {
            var worker = new TensorWorker(context, reader, stop);
            return first =>
            {
                var group = groups[first];
                var outputs = group.ConvertAll(job => new HeldOutput(job, Keeps));
                foreach (var (job, output, digest) in group.Zip(outputs, worker.Make(group, outputs)))
                {
                    made[job.Digest] = new(digest, output.Tensor);
                    context.Progress.AddTensor();
                }
            };
        });
        files.RequireUnchanged();
        context.Progress.Report();
    }

    // large tiles, and methods that hold whole tensors, leave no room for copies: their variants are made one after the other
    private static Dictionary<TensorJob, List<TensorJob>> Grouped(MergePlan plan, int tileElements)
    {
        var contents = new FileContents(plan.Owners);
        return plan.Jobs
            .GroupBy(job => TileMemory.LargestTile(job, job.Layout, tileElements) <= tileElements && TileMemory.HeldByMethod(job) == 0 ? $"{job.Layout} {PlanDigest.Of(WithoutParameters(job), contents)}" : job.Digest)
            .ToDictionary<IGrouping<string, TensorJob>, TensorJob, List<TensorJob>>(group => group.First(), group => [.. group], ReferenceEqualityComparer.Instance);
    }

    private static TensorJob WithoutParameters(TensorJob job)
    {
        var none = ResolvedParameters.Empty;
        return job with { Parameters = none, Inputs = [.. job.Inputs.Select(input => input with { Parameters = none })] };
    }

    private sealed record MadeTensor(string Digest, HeldTensor? Tensor);
}
