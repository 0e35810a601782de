using System.Collections.Immutable;

namespace MergeOps.Evaluation.Scores;

/// <summary>A model's scores on one task, item by item in the task's order.</summary>
internal sealed record TaskScores(string Task, ImmutableArray<ItemScore> Items)
{
    /// <summary>The number of items.</summary>
    public int Count => Items.Length;

    /// <summary>The number of items that greedy decoding answers exactly.</summary>
    public int Correct => Items.Count(item => item.Correct);

    /// <summary>The share of items that greedy decoding answers exactly.</summary>
    public double Accuracy => (double)Correct / Count;

    /// <summary>Wilson's 95 % interval of the accuracy.</summary>
    public Interval AccuracyInterval => WilsonInterval.Of(Correct, Count);

    /// <summary>Nats per answer token over all items: long answers weigh more.</summary>
    public double Loss => Items.Sum(item => item.Loss) / Items.Sum(item => (double)item.Tokens);
}

/// <summary>A model's score on a text outside the tasks' domain.</summary>
internal sealed record TextScore(string Text, ItemScore Whole)
{
    /// <summary>Nats per token.</summary>
    public double Loss => Whole.Loss / Whole.Tokens;
}
