using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Search;

/// <summary>The items of which an objective is measured.</summary>
internal static class ValidationItems
{
    /// <summary>So many items of each task, whole groups of them, drawn by the seed; all where there are no more.</summary>
    public static EvaluationData Drawn(EvaluationData data, int? sample, ulong seed) =>
        sample is { } wanted ? data with { Tasks = [.. data.Tasks.Select(task => Drawn(task, wanted, seed))] } : data;

    private static Subject Drawn(Subject task, int wanted, ulong seed)
    {
        if (task.Items.Length <= wanted)
        {
            return task;
        }

        var order = new SplitMix64(seed).Shuffled(task.Groups.Count);
        var taken = new HashSet<int>();
        for (var (next, items) = (0, 0); items < wanted; next++)
        {
            taken.Add(order[next]);
            items += task.Groups.Sizes[order[next]];
        }

        ImmutableArray<TaskItem> drawn = [.. task.Items.Where((_, index) => taken.Contains(task.Groups[index]))];
        var digest = TextDigest.Of(FormattableString.Invariant($"{task.Digest} {wanted} {seed}"));
        return new(task.Name, task.Kind, drawn, digest, task.Expert);
    }
}
