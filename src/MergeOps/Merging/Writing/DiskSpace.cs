using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>Refuses a merge that the disk cannot hold before the first byte is written.</summary>
internal static class DiskSpace
{
    // Config, manifest, journal, folders and what the file system adds.
    private const long Margin = 1 << 20;

    /// <summary>Makes sure that what is still to be written finds its place.</summary>
    /// <param name="folder">The output.</param>
    /// <param name="shards">Its weight files.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="threads">How many tensors are made at once at most.</param>
    /// <exception cref="MergeOpsException">It does not.</exception>
    public static void Require(OutputFolder folder, ShardLayout shards, MergePlan plan, int threads)
    {
        var there = shards.Shards
            .Select(shard => new FileInfo(Path.Combine(folder.Partial, PartialOutput.ModelFolder, shard.Name)))
            .Sum(file => file.Exists ? file.Length : 0);
        Require(folder.Target, shards.TotalLength - there + LengthOfScratch(plan, threads) + BesideWeights.LengthOfCompanions(plan));
    }

    /// <summary>Makes sure that so many bytes find their place.</summary>
    /// <param name="folder">Where they go; it need not exist.</param>
    /// <param name="bytes">How many.</param>
    /// <exception cref="MergeOpsException">They do not.</exception>
    public static void Require(string folder, long bytes)
    {
        var needed = bytes + Margin;
        var free = new DriveInfo(Existing(Path.GetFullPath(folder))).AvailableFreeSpace;
        if (free < needed)
        {
            throw new MergeOpsException(
                Codes.DiskTooSmall,
                string.Create(CultureInfo.InvariantCulture, $"The output needs {needed:N0} bytes; {free:N0} are free. Free some space, or use a folder on another disk: `--out` for merge, MERGEOPS_HOME for run."),
                SourceSpan.File(folder));
        }
    }

    // what stages make may have to lie in files while a tensor is made of it
    private static long LengthOfScratch(MergePlan plan, int threads) =>
        plan.Jobs.Select(job => job.StageResults.Where(result => !result.IsAsStored).Sum(result => result.BytesOf(result.ElementCount))).OrderDescending().Take(threads).Sum();

    private static string Existing(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } parent ? folder : Existing(parent);
}
