using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MergeOps.Evaluation.Scores;

/// <summary>What is known of each item of a task or block of a text, in columns; the items in their order.</summary>
internal sealed class ItemScores
{
    private readonly FrozenDictionary<ScoreColumn, double[]> columns;

    private ItemScores(int count, FrozenDictionary<ScoreColumn, double[]> columns) => (Count, this.columns) = (count, columns);

    /// <summary>The number of items.</summary>
    public int Count { get; }

    /// <summary>How the model was asked, where that is not the task's alone to say, such as its pooling and its prompts; null where it is.</summary>
    public string? Conditions { get; init; }

    /// <summary>A vector for each item; empty where scoring gives none.</summary>
    public ImmutableArray<float[]> Vectors { get; init; } = [];

    /// <summary>What the model answered to each item, null where that is not known; empty where it is known of none.</summary>
    public ImmutableArray<string?> Answers { get; init; } = [];

    /// <summary>What the model answered to an item; null where that is not known.</summary>
    public string? AnswerTo(int item) => Answers.IsEmpty ? null : Answers[item];

    /// <summary>A column that is there.</summary>
    public double[] this[ScoreColumn column] => columns[column];

    /// <summary>A column of flags that is there.</summary>
    public bool[] Flags(ScoreColumn column) => Array.ConvertAll(columns[column], value => value != 0);

    /// <summary>Scores item by item.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">For each item the values in the order of the columns.</param>
    /// <param name="vectors">For each item its vector; empty where there are none.</param>
    /// <param name="conditions">How the model was asked, where that is not the task's alone to say.</param>
    public static ItemScores Of(
        ImmutableArray<ScoreColumn> columns, IReadOnlyList<double[]> rows, ImmutableArray<float[]> vectors = default, string? conditions = null) => new(
        rows.Count,
        columns.Index().ToFrozenDictionary(column => column.Item, column => rows.Select(row => row[column.Index]).ToArray()))
        {
            Vectors = vectors.IsDefault ? [] : vectors,
            Conditions = conditions,
        };

    /// <summary>The same scores with what the model answered to each item.</summary>
    public ItemScores Answering(IReadOnlyCollection<string?> answers) => answers.Count == Count
        ? new(Count, columns) { Conditions = Conditions, Vectors = Vectors, Answers = answers.All(answer => answer is null) ? [] : [.. answers] }
        : throw new ArgumentException($"there are {Count} items, not {answers.Count}", nameof(answers));

    /// <summary>The same scores with more said of how the model was asked; null for nothing.</summary>
    public ItemScores Under(string? more) => more is null
        ? this
        : new(Count, columns) { Conditions = Conditions is null ? more : $"{Conditions}; {more}", Vectors = Vectors, Answers = Answers };

    /// <summary>The same scores with further columns.</summary>
    public ItemScores With(ItemScores more) => more.Count == Count
        ? new(Count, columns.Concat(more.columns).ToFrozenDictionary()) { Conditions = Conditions, Vectors = Vectors, Answers = Answers }
        : throw new ArgumentException($"there are {Count} items, not {more.Count}", nameof(more));
}
