using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Refuses a merge whose inputs and output no disk here holds, before the first byte of them is fetched.</summary>
/// <param name="environment">Names the cache.</param>
/// <param name="planned">The recipe.</param>
/// <param name="options">Where the output goes.</param>
internal sealed class MergeSpace(HostEnvironment environment, PlannedRecipe planned, MergeOptions options)
{
    /// <summary>Makes sure that what is still to be fetched and written finds its place.</summary>
    /// <param name="plan">The plan without what earlier merges have.</param>
    /// <exception cref="MergeOpsException">It does not; where streaming would do, the message says so.</exception>
    public void Require(MergePlan plan)
    {
        // what an output of models that are here needs is looked at when it is begun
        if (BytesToFetch(plan) is > 0 and var toFetch && Objection(plan, toFetch, plan.Jobs.Sum(job => job.ByteLength)) is { } objection)
        {
            throw objection;
        }
    }

    /// <summary>Why what is still to be fetched and written finds no place, and what would; null where it does.</summary>
    /// <param name="plan">The plan without what earlier merges have.</param>
    /// <param name="toWrite">Bytes of the output.</param>
    public MergeOpsException? Objection(MergePlan plan, long toWrite) => Objection(plan, BytesToFetch(plan), toWrite);

    private MergeOpsException? Objection(MergePlan plan, long toFetch, long toWrite)
    {
        var cache = DiskOf(HubCache.Of(HubSettings.Of(environment)).Folder);
        var output = DiskOf(Path.GetFullPath(options.Output));
        var isOne = (cache.TotalSize, cache.AvailableFreeSpace) == (output.TotalSize, output.AvailableFreeSpace);
        var (disk, needed) = toFetch == 0 ? (output, toWrite) : (cache, toFetch + (isOne ? toWrite : 0));
        var what = toFetch == 0 ? $"The merged model has {ByteText.Of(toWrite)}" : $"{ByteText.Of(toFetch)} of the models are still to be fetched{(isOne ? $", and the merged model has {ByteText.Of(toWrite)}" : "")}";
        return disk.AvailableFreeSpace >= needed ? null : new MergeOpsException(
            Codes.DiskTooSmall,
            $"{what}; {ByteText.Of(disk.AvailableFreeSpace)} are free. {Advice(plan)}",
            SourceSpan.File(disk.Name));
    }

    /// <summary>Bytes of the weight files on the Hub that a merge reads, in the cache or not.</summary>
    public static long BytesOnHub(MergePlan plan) => BytesOnHub(plan, cache: null);

    // each content once, without those that a cache has
    private static long BytesOnHub(MergePlan plan, HubCache? cache) => plan.FilesRead
        .Select(file => (Owner: plan.Owners[file.Model], file.File))
        .Where(file => file.Owner.Remote is { } remote && cache?.Find(remote.Name, remote.Metadata.Commit, file.File) is null)
        .Select(file => file.Owner.Remote!.Metadata.Files.At(file.File))
        .DistinctBy(file => file.Digest)
        .Sum(file => file.Size);

    private string Advice(MergePlan plan)
    {
        const string more = "Free some space, or point HF_HOME and `--out` (MERGEOPS_HOME for run) to folders on larger disks.";
        var home = DiskOf(environment.Home.Folder);
        var streamed = StreamedDisk.Of(options.LayoutOf(plan));
        return StreamMerge.Objection(planned) is not null ? more
            : streamed <= home.AvailableFreeSpace ? $"`--stream` needs {ByteText.Of(streamed)}: it keeps neither the models nor the output here, and publishes to the Hub. {more}"
            : $"`--stream` with a shard_size of {ByteText.Of(StreamedDisk.ShardSizeFor(home.AvailableFreeSpace))} would do. {more}";
    }

    /// <summary>Bytes of weight files that are still to be fetched.</summary>
    /// <param name="plan">The plan without what earlier merges have.</param>
    public long BytesToFetch(MergePlan plan) => plan.Owners.All(model => model.Remote is null)
        ? 0
        : BytesOnHub(plan, HubCache.Of(HubSettings.Of(environment)));

    // that of the nearest folder that is there
    private static DriveInfo DiskOf(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } above ? new(folder) : DiskOf(above);
}
