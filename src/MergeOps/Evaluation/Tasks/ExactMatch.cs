using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: the model is given the prompt and must write exactly the answer.</summary>
/// <param name="Prompt">Not empty.</param>
/// <param name="Answer">Not empty.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record PromptItem(string Prompt, string Answer, string? Group = null) : TaskItem(Group);

/// <summary>Prompts with the answers that greedy decoding must write exactly.</summary>
internal sealed class ExactMatch : LanguageTaskKind
{
    private static readonly RowKey Prompt = new("prompt", RowForm.Text, "what the model is given");
    private static readonly RowKey Answer = new("answer", RowForm.Text, "what it must write, with the space before it");

    /// <inheritdoc/>
    public override string Name => Usual;

    /// <inheritdoc/>
    public override string Summary => "prompts with the answers that greedy decoding must write exactly";

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Prompt, Answer];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns { get; } = [ScoreColumn.Correct, ScoreColumn.Loss, ScoreColumn.Tokens];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [new Accuracy()];

    /// <inheritdoc/>
    public override ScoreColumn Answers => ScoreColumn.Correct;

    // scores were remembered so before there were other kinds
    /// <inheritdoc/>
    public override string KeyOf(string digest) => digest;

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row) => (new PromptItem(row.Text(Prompt), row.Text(Answer), row.Group), "");

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => ((PromptItem)item).Prompt;

    /// <inheritdoc/>
    public override ShownItem Show(TaskItem item) => new(((PromptItem)item).Prompt, ((PromptItem)item).Answer);

    /// <inheritdoc/>
    public override IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item) => [(((PromptItem)item).Prompt, ((PromptItem)item).Answer)];

    /// <inheritdoc/>
    protected override double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers)
    {
        var loss = LossOf(answers[0]);
        return [double.IsFinite(loss) && answers[0].IsGreedy ? 1 : 0, loss, answers[0].Tokens];
    }
}
