using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>What people want to know of a partition.</summary>
/// <param name="Partition">Which one, such as <c>2/5</c>.</param>
/// <param name="Files">The files of the output that it makes, in their order; none where there are more partitions than files.</param>
/// <param name="Tensors">Their tensors.</param>
/// <param name="BytesToRead">Bytes of input tensors, each counted once.</param>
/// <param name="BytesToWrite">Bytes of output tensors.</param>
/// <param name="FilesToRead">How many weight files of inputs must be on the machine that makes it.</param>
internal sealed record PartitionOverview(string Partition, ImmutableArray<string> Files, int Tensors, long BytesToRead, long BytesToWrite, int FilesToRead)
{
    /// <summary>The partitions of a plan whose output files have their own size.</summary>
    public static ImmutableArray<PartitionOverview> Of(MergePlan plan, int count) =>
    [
        .. PlanShare.Of(plan, plan.LayoutFor(), count).Select(share => new PartitionOverview(
            share.Partition.ToString(),
            [.. share.Layout.Shards.Select(shard => shard.Name)],
            share.Plan.Jobs.Length,
            PlanEstimate.BytesReadBy(share.Plan),
            share.Plan.Jobs.Sum(job => job.ByteLength),
            share.Plan.FilesRead.Count())),
    ];

    /// <summary>Lines for a terminal.</summary>
    public static string Text(IReadOnlyCollection<PartitionOverview> partitions) => $"Partitions, cut where a file ends\n{string.Concat(partitions.Select(Line))}";

    /// <summary>A table in Markdown.</summary>
    public static string Markdown(IEnumerable<PartitionOverview> partitions) =>
        "| partition | files | tensors | reads | writes |\n|---|---:|---:|---:|---:|\n"
        + string.Concat(partitions.Select(one => $"| {one.Partition} | {one.Files.Length:N0} | {one.Tensors:N0} | {ByteText.Of(one.BytesToRead)} | {ByteText.Of(one.BytesToWrite)} |\n"));

    private static string Line(PartitionOverview one) => one.Files.IsEmpty
        ? $"  {one.Partition,7}  nothing: there are fewer files than partitions\n"
        : $"  {one.Partition,7}  {one.Tensors,5:N0} tensors, reads {ByteText.Of(one.BytesToRead)}, writes {ByteText.Of(one.BytesToWrite)} to {Named(one.Files)}\n";

    private static string Named(ImmutableArray<string> files) =>
        files is [var only] ? TerminalText.Escape(only) : $"{files.Length:N0} files, {TerminalText.Escape(files[0])} to {TerminalText.Escape(files[^1])}";
}
