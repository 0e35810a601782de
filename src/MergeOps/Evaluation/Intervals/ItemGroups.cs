using System.Collections.Immutable;

namespace MergeOps.Evaluation.Intervals;

/// <summary>Which items of a task are related, such as one question asked in several ways; an item without relatives is a group of its own.</summary>
internal sealed class ItemGroups
{
    private readonly ImmutableArray<int> groupOfItem;
    private readonly ImmutableArray<int> sizes;

    private ItemGroups(ImmutableArray<int> groupOfItem, int count)
    {
        this.groupOfItem = groupOfItem;
        var counted = new int[count];
        foreach (var group in groupOfItem)
        {
            counted[group]++;
        }

        sizes = [.. counted];
    }

    /// <summary>The number of items.</summary>
    public int Items => groupOfItem.Length;

    /// <summary>The number of groups.</summary>
    public int Count => sizes.Length;

    /// <summary>How many items each group has, the groups in the order of their first items.</summary>
    public ImmutableArray<int> Sizes => sizes;

    /// <summary>The group of an item.</summary>
    public int this[int item] => groupOfItem[item];

    /// <summary>Items that have nothing to do with each other.</summary>
    public static ItemGroups Unrelated(int items) => new([.. Enumerable.Range(0, items)], items);

    /// <summary>Items with the same name are one group; null names a group of its own.</summary>
    public static ItemGroups Of(IEnumerable<string?> names)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var count = 0;
        ImmutableArray<int> groups = [.. names.Select(GroupOf)];
        return new(groups, count);

        int GroupOf(string? name)
        {
            if (name is not null && known.TryGetValue(name, out var group))
            {
                return group;
            }

            if (name is not null)
            {
                known.Add(name, count);
            }

            return count++;
        }
    }

    /// <summary>The sum of a quantity over the items of each group.</summary>
    public double[] Sums(Func<int, double> ofItem)
    {
        var sums = new double[Count];
        for (var item = 0; item < groupOfItem.Length; item++)
        {
            sums[groupOfItem[item]] += ofItem(item);
        }

        return sums;
    }
}
