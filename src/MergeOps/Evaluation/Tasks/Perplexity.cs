using System.Collections.Immutable;
using System.Text;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation.Tasks;

/// <summary>A document that is scored whole.</summary>
/// <param name="Text">Not empty.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record DocumentItem(string Text, string? Group = null) : TaskItem(Group);

/// <summary>
/// Documents of which every token is predicted once: the task kind loglikelihood_rolling of lm-evaluation-harness, with its
/// <c>word_perplexity</c> and <c>byte_perplexity</c>. All of them weigh by the corpus and are no means over documents.
/// </summary>
internal sealed class Perplexity : TaskKind
{
    private static readonly ScoreColumn Words = new("words", ScoreForm.Count);
    private static readonly RowKey Text = new("text", RowForm.Text, "a document");

    /// <inheritdoc/>
    public override string Name => "perplexity";

    /// <inheritdoc/>
    public override string Summary => "documents of which every token is predicted once";

    /// <inheritdoc/>
    public override string Unit => "document";

    /// <inheritdoc/>
    public override string Distinguishing => "text";

    /// <inheritdoc/>
    public override ModelUse Use => ModelUse.Language;

    /// <inheritdoc/>
    public override HarnessForm Harness { get; } = new(
        HarnessForm.Document,
        [
            new("word_perplexity", "weighted_perplexity", HigherIsBetter: false),
            new("byte_perplexity", "weighted_perplexity", HigherIsBetter: false),
            new("bits_per_byte", "bits_per_byte", HigherIsBetter: false),
        ]);

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Text];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns { get; } = [ScoreColumn.Loss, ScoreColumn.Tokens];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Sizes { get; } = [ScoreColumn.Bytes, Words];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } =
    [
        new PerplexityMetric("token_perplexity", ScoreColumn.Tokens, "token"),
        new PerplexityMetric("word_perplexity", Words, "word"),
        new PerplexityMetric("byte_perplexity", ScoreColumn.Bytes, "UTF-8 byte"),
    ];

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row) => (new DocumentItem(row.Text(Text), row.Group), "");

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => ((DocumentItem)item).Text;

    /// <inheritdoc/>
    public override double[] SizesOf(TaskItem item) => [Encoding.UTF8.GetByteCount(((DocumentItem)item).Text), WordsOf(((DocumentItem)item).Text)];

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation) => ItemScores.Of(
        Columns,
        [.. ((ILanguageModel)model).ScoreTexts([.. items.Select(item => ((DocumentItem)item).Text)], cancellation).Select(score => new double[] { LossOf(score), score.Tokens })]);

    // as lm-evaluation-harness counts them: the parts that re.split(r"\s+") leaves, empty ones at the ends too
    private static int WordsOf(string text)
    {
        var (words, isBetween) = (1, false);
        foreach (var character in text)
        {
            var isSpace = char.IsWhiteSpace(character) || character is >= '\x1C' and <= '\x1F';
            words += isSpace && !isBetween ? 1 : 0;
            isBetween = isSpace;
        }

        return words;
    }
}
