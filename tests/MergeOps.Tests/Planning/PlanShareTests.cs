using MergeOps.Planning;
using Xunit;

namespace MergeOps.Tests.Planning;

public sealed class PlanShareTests : PlanningTests
{
    [Theory]
    [InlineData(1, new[] { 3L, 1, 4, 1, 5, 9, 2, 6 })]
    [InlineData(2, new[] { 3L, 1, 4, 1, 5, 9, 2, 6 })]
    [InlineData(3, new[] { 3L, 1, 4, 1, 5, 9, 2, 6 })]
    [InlineData(5, new[] { 3L, 1, 4, 1, 5, 9, 2, 6 })]
    [InlineData(8, new[] { 3L, 1, 4, 1, 5, 9, 2, 6 })]
    [InlineData(2, new[] { 1L, 1, 10 })]
    [InlineData(2, new[] { 10L, 1, 1 })]
    [InlineData(3, new[] { 100L, 1, 1, 1 })]
    [InlineData(3, new[] { 1L, 1, 1, 100 })]
    public void The_largest_share_is_as_small_as_files_in_their_order_allow(int count, long[] sizes)
    {
        var plan = PlanOf(sizes);

        var shares = PlanShare.Of(plan, plan.LayoutFor(), count);

        Assert.Equal(count, shares.Length);
        Assert.Equal(plan.LayoutFor().Shards.Select(shard => shard.Name), shares.SelectMany(share => share.Layout.Shards).Select(shard => shard.Name));
        Assert.Equal(Least(sizes, count), shares.Max(share => share.Plan.Jobs.Sum(job => job.ByteLength)) / sizeof(float));
        Assert.All(shares, share => Assert.NotEmpty(share.Plan.Jobs));
        Assert.All(shares, share => Assert.Equal(plan.Digest, share.Plan.Digest));
    }

    [Fact]
    public void With_fewer_files_than_partitions_the_last_ones_are_empty()
    {
        var plan = PlanOf([2, 1, 3]);

        var shares = PlanShare.Of(plan, plan.LayoutFor(), 5);

        Assert.Equal([1, 1, 1, 0, 0], shares.Select(share => share.Plan.Jobs.Length));
    }

    [Theory]
    [InlineData("2/5", 2, 5)]
    [InlineData("1/1", 1, 1)]
    public void A_partition_is_read(string text, int number, int count) => Assert.Equal(new Partition(number, count), Partition.Parse(text));

    [Theory]
    [InlineData("0/5")]
    [InlineData("6/5")]
    [InlineData("-1/5")]
    [InlineData("1/0")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    [InlineData(" 1/2")]
    [InlineData("1/99999999999")]
    [InlineData("1/10001")]
    public void What_is_no_partition_is_refused(string text) => Assert.Null(Partition.Parse(text));

    // by trying every way to cut
    private static long Least(ReadOnlySpan<long> sizes, int count)
    {
        if (count == 1)
        {
            long sum = 0;
            foreach (var size in sizes)
            {
                sum += size;
            }

            return sum;
        }

        var least = long.MaxValue;
        for (var first = 1; first <= sizes.Length - count + 1; first++)
        {
            least = Math.Min(least, Math.Max(Least(sizes[..first], 1), Least(sizes[first..], count - 1)));
        }

        return least;
    }

    // each tensor is a file of its own
    private MergePlan PlanOf(long[] sizes)
    {
        Models.Model("a", sizes.Select((size, i) => (Name: $"layers.{i}.weight", Shape: new[] { size })).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape));
        return Plan("merge_method: passthrough\nmodels:\n  - model: ./a\nshard_size: 1B\n");
    }
}
