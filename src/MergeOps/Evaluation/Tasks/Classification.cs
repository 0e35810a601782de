using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: which of the task's labels goes on with the prompt.</summary>
/// <param name="Prompt">Not empty.</param>
/// <param name="Label">The index of the right one.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record LabeledItem(string Prompt, int Label, string? Group = null) : TaskItem(Group);

/// <summary>
/// Prompts that end in one of the same few labels, of which the likeliest one counts as the answer. Of labels that are equally
/// likely the first one counts.
/// </summary>
internal sealed class Classification : LanguageTaskKind
{
    private static readonly KeyDeclaration Labels = new(
        "labels", new TextsShape(), Affects.Approval, "the labels as the model should write them, at least two; 'target_delimiter' is put before each")
    { IsLater = true, IsRequired = true };

    private static readonly RowKey Prompt = new("prompt", RowForm.Text, "what the model is given");
    private static readonly RowKey Label = new("label", RowForm.TextOrNumber, "the right label: its number in 'labels', counted from 0, or its text");

    private ImmutableArray<string> labels = [];
    private string delimiter = " ";

    /// <inheritdoc/>
    public override string Name => "classification";

    /// <inheritdoc/>
    public override string Summary => "prompts that end in one of a few fixed labels, of which the likeliest counts as the answer";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Labels, TargetDelimiter, Chat];

    /// <inheritdoc/>
    public override string? Objection => labels.Length == 1 ? "'labels' names only one label; at least two are needed." : null;

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Prompt, Label];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns { get; } = [LabelAccuracy.IsRight, MacroF1.Right, MacroF1.Answered, ScoreColumn.Loss, ScoreColumn.Tokens];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [new LabelAccuracy(), new MacroF1()];

    /// <inheritdoc/>
    public override ScoreColumn Answers => LabelAccuracy.IsRight;

    /// <inheritdoc/>
    public override string KeyOf(string digest) =>
        $"{(IsChat ? "chat:" : "")}{base.KeyOf(digest)}:{CanonicalJson.Write(new JsonArray([.. labels.Prepend(delimiter).Select(text => (JsonNode)text)]))}";

    /// <inheritdoc/>
    protected override TaskKind With(KeyValues values) =>
        new Classification { labels = values.List(Labels) ?? [], delimiter = values.Text(TargetDelimiter) ?? delimiter, IsChat = values.Flag(Chat) };

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row)
    {
        var written = row.Text(Label);
        var number = !row.IsNumber(Label) ? labels.IndexOf(written)
            : int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given < labels.Length ? given : -1;
        return number >= 0
            ? (new LabeledItem(row.Text(Prompt), number, row.Group), "")
            : (null, row.IsNumber(Label)
                ? $"The 'label' is {written}; labels are numbered from 0 to {labels.Length - 1}.{(labels.Contains(written) ? " Write it in quotes where it is the text of a label." : "")}"
                : $"The 'label' {TerminalText.Quoted(written)} is not one of the task's 'labels'.{NearestName.Suggestion(written, labels)}");
    }

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => ((LabeledItem)item).Prompt;

    /// <inheritdoc/>
    public override ShownItem Show(TaskItem item) => new(((LabeledItem)item).Prompt, labels[((LabeledItem)item).Label]);

    /// <inheritdoc/>
    public override IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item) =>
        labels.Select(label => (((LabeledItem)item).Prompt, delimiter + label));

    /// <inheritdoc/>
    protected override double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers)
    {
        var (right, answered) = (((LabeledItem)item).Label, Answered(answers));
        return [answered == right ? 1 : 0, right, answered, LossOf(answers[right]), answers[right].Tokens];
    }

    /// <inheritdoc/>
    protected override string? AnswerOf(TaskItem item, ReadOnlySpan<ContinuationScore> answers) =>
        Answered(answers) is >= 0 and var label ? labels[label] : null;

    // a model that gave no number for one of them answers none of them
    private static int Answered(ReadOnlySpan<ContinuationScore> answers)
    {
        var losses = new double[answers.Length];
        for (var label = 0; label < losses.Length; label++)
        {
            losses[label] = LossOf(answers[label]);
        }

        return Array.TrueForAll(losses, double.IsFinite) ? Array.IndexOf(losses, losses.Min()) : MacroF1.NoLabel;
    }

    /// <summary>The share of items whose right label is the likeliest.</summary>
    private sealed record LabelAccuracy() : ShareMetric(IsRight)
    {
        public static ScoreColumn IsRight { get; } = new("right", ScoreForm.Flag);

        public override string Name => "label_accuracy";

        public override string Summary => "the share of items whose right label has the largest log-likelihood";

        public override string CardMeaning => "right labels";
    }
}
