using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>What a plan changes against an earlier one, tensor by tensor, decided by job digests alone.</summary>
/// <param name="Unchanged">Tensors whose job is the same.</param>
/// <param name="Changed">Tensors that must be made again.</param>
/// <param name="Added">Tensors that the earlier plan did not have.</param>
/// <param name="Removed">Tensors that only the earlier plan has.</param>
/// <param name="BytesToMake">Bytes of the changed and added tensors.</param>
internal sealed record PlanDiff(
    ImmutableArray<string> Unchanged,
    ImmutableArray<string> Changed,
    ImmutableArray<string> Added,
    ImmutableArray<string> Removed,
    long BytesToMake)
{
    /// <summary>Compares a plan with what was planned or merged before.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="before">The digests of the earlier jobs by the names of their tensors.</param>
    public static PlanDiff Against(MergePlan plan, IReadOnlyDictionary<string, string> before)
    {
        var now = plan.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        var added = plan.Jobs.Where(job => !before.ContainsKey(job.Name)).ToList();
        var changed = plan.Jobs.Where(job => before.TryGetValue(job.Name, out var digest) && digest != job.Digest).ToList();
        return new(
            [.. plan.Jobs.Where(job => before.TryGetValue(job.Name, out var digest) && digest == job.Digest).Select(job => job.Name)],
            [.. changed.Select(job => job.Name)],
            [.. added.Select(job => job.Name)],
            [.. before.Keys.Where(name => !now.ContainsKey(name)).Order(StringComparer.Ordinal)],
            changed.Concat(added).Sum(job => job.ByteLength));
    }

    /// <summary>How many weight files a plan's output has, and how many of them the output of an earlier plan does not have byte for byte.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="before">The earlier one.</param>
    public static (int All, int Changed) FilesOf(MergePlan plan, MergePlan before)
    {
        var (digests, earlier) = (plan.JobDigests, before.JobDigests);
        var there = before.LayoutFor().Shards.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var files = plan.LayoutFor().Shards;
        return (files.Length, files.Count(file => !(
            there.TryGetValue(file.Name, out var known)
            && known.Header.AsSpan().SequenceEqual(file.Header.AsSpan())
            && file.Tensors.All(tensor => digests[tensor.Name] == earlier[tensor.Name]))));
    }

    /// <summary>One paragraph for people.</summary>
    public string Text() =>
        $"{Changed.Length:N0} changed, {Added.Length:N0} added, {Removed.Length:N0} removed, {Unchanged.Length:N0} unchanged; {ByteText.Of(BytesToMake)} to make.\n"
        + string.Concat(Changed.Select(name => $"  ~ {TerminalText.Escape(name)}\n"))
        + string.Concat(Added.Select(name => $"  + {TerminalText.Escape(name)}\n"))
        + string.Concat(Removed.Select(name => $"  - {TerminalText.Escape(name)}\n"));
}
