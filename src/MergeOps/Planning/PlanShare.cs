using System.Collections.Immutable;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>What one partition of a merge makes: some files of the output, whole.</summary>
/// <param name="Partition">Which one it is.</param>
/// <param name="Plan">The plan with its jobs alone and nothing beside the weights; the digest is that of the whole plan.</param>
/// <param name="Layout">Its files; none where there are more partitions than files.</param>
internal sealed record PlanShare(Partition Partition, MergePlan Plan, ShardLayout Layout)
{
    /// <summary>
    /// Divides a plan at the borders of its output files, in their order, so that the largest share is as small as it can be; a
    /// share costs the bytes that its jobs read and write. The same plan and layout give the same shares everywhere.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="layout">All files of its output.</param>
    /// <param name="count">How many shares.</param>
    public static ImmutableArray<PlanShare> Of(MergePlan plan, ShardLayout layout, int count)
    {
        var jobs = plan.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        var costs = layout.Shards.Select(shard => shard.Tensors.Sum(tensor => CostOf(jobs[tensor.Name]))).ToList();
        var ends = Ends(costs, count);
        var shares = Enumerable.Range(0, count)
            .Select(i => layout.Shards[(i == 0 ? 0 : ends[i - 1])..ends[i]])
            .Select((shards, i) => new PlanShare(new(i + 1, count), Only(plan, [.. shards.SelectMany(shard => shard.Tensors).Select(tensor => jobs[tensor.Name]).OrderBy(job => job.Name, StringComparer.Ordinal)]), ShardLayout.Only(shards)))
            .ToArray();

        // what a merge must find equal is compared once: by who reads it anyway, else by the first that makes something
        foreach (var group in plan.Expected.GroupBy(expected => Array.FindIndex(shares, share => Reads(share.Plan, expected)) is >= 0 and var reader ? reader : 0))
        {
            shares[group.Key] = shares[group.Key] with { Plan = shares[group.Key].Plan with { Expected = [.. group] } };
        }

        return [.. shares];
    }

    private static MergePlan Only(MergePlan plan, ImmutableArray<TensorJob> jobs) => plan with
    {
        Jobs = jobs,

        // an adapter is one file, and who makes it measures what it lacks
        Lora = jobs.IsEmpty ? null : plan.Lora,
        Expected = [],
        Companions = [],
        NewFiles = ImmutableSortedDictionary<string, string>.Empty,
        Config = null,
    };

    private static bool Reads(MergePlan plan, ExpectedEqual expected) =>
        plan.Jobs.Any(job => job.Reads.Any(stored => IsOf(expected.First, stored) || IsOf(expected.Second, stored)));

    private static bool IsOf(ModelTensor tensor, Stored stored) => stored.Owner == tensor.Model && stored.Tensor.Name == tensor.Name;

    private static long CostOf(TensorJob job) => job.ByteLength + job.Reads.Sum(stored => stored.Tensor.ByteLength);

    // where each share ends: as few bytes in the largest as possible, and no share without a file while there are enough
    private static int[] Ends(List<long> costs, int count)
    {
        var (low, high) = (costs.Max(), costs.Sum());
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = SharesOf(costs, middle) <= count ? (low, middle) : (middle + 1, high);
        }

        var (ends, next) = (new int[count], 0);
        for (var share = 0; share < count; share++)
        {
            var (sum, begin, last) = (0L, next, costs.Count - Math.Min(costs.Count - next - 1, count - share - 1));
            while (next < costs.Count && next < last && (next == begin || sum + costs[next] <= low))
            {
                sum += costs[next++];
            }

            ends[share] = next;
        }

        return ends;
    }

    private static int SharesOf(List<long> costs, long most)
    {
        var (shares, sum) = (1, 0L);
        foreach (var cost in costs)
        {
            (shares, sum) = sum + cost > most ? (shares + 1, cost) : (shares, sum + cost);
        }

        return shares;
    }
}
