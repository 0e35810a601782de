using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: how similar people find two sentences.</summary>
/// <param name="Sentence1">Not empty.</param>
/// <param name="Sentence2">Not empty.</param>
/// <param name="Score">On any scale, larger for more similar.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record PairItem(string Sentence1, string Sentence2, double Score, string? Group = null) : TaskItem(Group);

/// <summary>
/// Semantic textual similarity: the cosine of two sentences' vectors beside what people say. The main score is Spearman's
/// correlation, as MTEB has it.
/// </summary>
internal sealed class Sts : EmbeddingTaskKind
{
    private static readonly RowKey Sentence1 = new("sentence1", RowForm.Text, "a sentence");
    private static readonly RowKey Sentence2 = new("sentence2", RowForm.Text, "another one");
    private static readonly RowKey Rating = new("score", RowForm.Number, "how similar people find them, on any scale; larger is more similar");

    /// <inheritdoc/>
    public override string Name => "sts";

    /// <inheritdoc/>
    public override string Summary => "pairs of sentences whose vectors should be as similar as people judge the sentences to be";

    /// <inheritdoc/>
    public override string Unit => "pair";

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Sentence1, Sentence2, Rating];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns => [.. VectorSizes.Select(ScoreColumn.Cosine)];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Sizes { get; } = [ScoreColumn.Rating];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics =>
        [.. VectorSizes.Select(size => new Spearman(ScoreColumn.Cosine(size))), .. VectorSizes.Select(size => new Pearson(ScoreColumn.Cosine(size)))];

    /// <inheritdoc/>
    protected override ImmutableArray<string> Sides => ["sentence1", "sentence2"];

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row) => double.IsFinite(row.Number(Rating))
        ? (new PairItem(row.Text(Sentence1), row.Text(Sentence2), row.Number(Rating), row.Group), "")
        : (null, $"The 'score' {row.Text(Rating)} is too large for a number.");

    // the cosine of a pair does not depend on which sentence stands first, unless their prompts differ, and the items are related all the same
    /// <inheritdoc/>
    public override string RepeatedAs(TaskItem item)
    {
        var (first, second) = (WithoutSpace(((PairItem)item).Sentence1), WithoutSpace(((PairItem)item).Sentence2));
        return string.CompareOrdinal(first, second) <= 0 ? $"{first}\0{second}" : $"{second}\0{first}";
    }

    /// <inheritdoc/>
    public override (Severity Severity, string Detail)? LackOf(ImmutableArray<TaskItem> items, string file)
    {
        var score = ((PairItem)items[0]).Score;
        return items.Length == 1 ? (Severity.Error, $"{TerminalText.Quoted(file)} holds one pair, and a correlation needs several. Give pairs with different scores.")
            : items.All(item => ((PairItem)item).Score == score)
                ? (Severity.Error, string.Create(CultureInfo.InvariantCulture, $"All {items.Length} pairs of {TerminalText.Quoted(file)} have the score {score}, so there is no order to compare with. Give pairs with different scores."))
            : null;
    }

    /// <inheritdoc/>
    public override double[] SizesOf(TaskItem item) => [((PairItem)item).Score];

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation)
    {
        var embedding = (IEmbeddingModel)model;
        var first = Embed(embedding, [.. items.Select(item => ((PairItem)item).Sentence1)], Sides[0], cancellation);
        var second = Embed(embedding, [.. items.Select(item => ((PairItem)item).Sentence2)], Sides[1], cancellation);
        return ItemScores.Of(
            Columns,
            [.. first.Zip(second, (one, other) => VectorSizes.Select(size => Cosine(one, other, size)).ToArray())],
            conditions: ConditionsOf(embedding));
    }

    /// <inheritdoc/>
    protected override EmbeddingTaskKind Fresh(KeyValues values) => new Sts();
}
