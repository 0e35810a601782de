using System.Collections.Immutable;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Scores;

/// <summary>A model's scores on one task, item by item in the task's order.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Items">At least one.</param>
/// <param name="Groups">Which items are related.</param>
internal sealed record TaskScores(string Task, ImmutableArray<ItemScore> Items, ItemGroups Groups)
{
    /// <summary>For each item whether greedy decoding answers it exactly.</summary>
    public bool[] Right { get; } = [.. Items.Select(item => item.Correct)];

    /// <summary>The number of items that greedy decoding answers exactly.</summary>
    public int Correct => Right.Count(right => right);

    /// <summary>Nats per answer token over all items: long answers weigh more.</summary>
    public RatioOfSums Loss => new(Groups.Sums(item => Items[item].Loss), Groups.Sums(item => Items[item].Tokens));
}

/// <summary>A model's scores on a text outside the tasks' domain, block by block.</summary>
internal sealed record TextScore(string Text, ImmutableArray<ItemScore> Blocks)
{
    /// <summary>Nats per token.</summary>
    public RatioOfSums Loss => new([.. Blocks.Select(block => block.Loss)], [.. Blocks.Select(block => (double)block.Tokens)]);
}
