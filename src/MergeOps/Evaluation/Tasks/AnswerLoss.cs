using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Tasks;

/// <summary>Prompts with what should follow them, of which the loss is measured and nothing is right or wrong.</summary>
internal sealed class AnswerLoss : LanguageTaskKind
{
    private static readonly RowKey Prompt = new("prompt", RowForm.Text, "what the model is given");
    private static readonly RowKey Answer = new("answer", RowForm.Text, "what should follow, with the space before it");

    /// <inheritdoc/>
    public override string Name => "loss";

    /// <inheritdoc/>
    public override string Summary => "prompts with what should follow them; the loss of what follows is measured";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Chat];

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Prompt, Answer];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns { get; } = [ScoreColumn.Loss, ScoreColumn.Tokens];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [new Loss(), PerplexityMetric.OfAnswers];

    /// <inheritdoc/>
    public override HarnessForm Harness { get; } = new(HarnessForm.Continuation, [new("perplexity", "perplexity", HigherIsBetter: false)]);

    /// <inheritdoc/>
    public override string KeyOf(string digest) => (IsChat ? "chat:" : "") + base.KeyOf(digest);

    /// <inheritdoc/>
    protected override TaskKind With(KeyValues values) => new AnswerLoss { IsChat = values.Flag(Chat) };

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row) => (new PromptItem(row.Text(Prompt), row.Text(Answer), row.Group), "");

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => string.Join('\0', ((PromptItem)item).Prompt, ((PromptItem)item).Answer);

    /// <inheritdoc/>
    public override string Distinguishing => "prompt with this answer";

    /// <inheritdoc/>
    public override IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item) => [(((PromptItem)item).Prompt, ((PromptItem)item).Answer)];

    /// <inheritdoc/>
    protected override double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers) => [LossOf(answers[0]), answers[0].Tokens];
}
