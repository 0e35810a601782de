using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>Numbered shards of one checkpoint that lie in a folder.</summary>
/// <param name="Pattern">What their names share, with <c>*</c> for the number.</param>
/// <param name="Count">How many there should be.</param>
/// <param name="Shards">Those that are there, in the order of their numbers.</param>
internal sealed record ShardSeries(string Pattern, int Count, ImmutableArray<ShardNumber> Shards)
{
    /// <summary>Their names in the order of their numbers.</summary>
    public ImmutableArray<string> Files => [.. Shards.Select(shard => shard.Name)];

    /// <summary>Whether all are there, each once.</summary>
    public bool IsWhole => Shards.Select(shard => shard.Number).SequenceEqual(Numbers);

    /// <summary>The number of those that are not there.</summary>
    public int MissingCount => Math.Max(0, Count - Shards.Select(shard => shard.Number).Distinct().Count());

    /// <summary>The names of those that are not there, in the order of their numbers; as many as a name claims.</summary>
    public IEnumerable<string> Missing =>
        Numbers.Except(Shards.Select(shard => shard.Number)).Select(number => ShardNumber.NameOf(Shards[0].Name, number));

    // some writers count from 0
    private IEnumerable<int> Numbers => Enumerable.Range(Shards[0].Number == 0 ? 0 : 1, Count);
}
