using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: which of the choices goes on with the prompt.</summary>
/// <param name="Prompt">Not empty.</param>
/// <param name="Choices">At least two, all different and none empty.</param>
/// <param name="Answer">The index of the right one.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record ChoiceItem(string Prompt, ImmutableArray<string> Choices, int Answer, string? Group = null) : TaskItem(Group);

/// <summary>
/// Prompts with choices, of which the likeliest one counts as the answer: the task kind of this name of
/// lm-evaluation-harness, with its <c>acc</c>, <c>acc_norm</c> and <c>acc_bytes</c>. Of choices that are equally likely the
/// first one counts.
/// </summary>
internal sealed class MultipleChoice : LanguageTaskKind
{
    private static readonly RowKey Prompt = new("prompt", RowForm.Text, "what the model is given");
    private static readonly RowKey Choices = new("choices", RowForm.Texts, "what may follow it, at least two; 'target_delimiter' is put before each");
    private static readonly RowKey Answer = new("answer", RowForm.TextOrNumber, "the right one: its number, counted from 0, or its text");

    private static readonly ImmutableArray<ChoiceAccuracy> Accuracies =
    [
        new("acc", "the largest log-likelihood", _ => 1)
        {
            Explanation = "acc is the share of items whose right choice has the largest log-likelihood, acc_norm and acc_bytes per character and per byte of the choice",
        },
        new("acc_norm", "the largest log-likelihood per character", choice => choice.EnumerateRunes().Count()),
        new("acc_bytes", "the largest log-likelihood per byte", Encoding.UTF8.GetByteCount),
    ];

    private string delimiter = " ";

    /// <inheritdoc/>
    public override string Name => "multiple_choice";

    /// <inheritdoc/>
    public override string Summary => "prompts with choices, of which the likeliest counts as the answer";

    /// <inheritdoc/>
    public override string Distinguishing => "prompt with these choices";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [TargetDelimiter, Chat];

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Prompt, Choices, Answer];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns { get; } = [.. Accuracies.Select(accuracy => accuracy.Flag), ScoreColumn.Loss, ScoreColumn.Tokens];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [.. Accuracies];

    /// <inheritdoc/>
    public override ScoreColumn Answers => Accuracies[0].Flag;

    /// <inheritdoc/>
    public override HarnessForm Harness { get; } = new(HarnessForm.Choices, [.. Accuracies.Select(accuracy => new HarnessForm.Measure(accuracy.Key))]);

    // scores were remembered so before there was another delimiter
    /// <inheritdoc/>
    public override string KeyOf(string digest) => (IsChat ? "chat:" : "") + (delimiter == " " ? base.KeyOf(digest) : $"{base.KeyOf(digest)}:{delimiter}");

    /// <inheritdoc/>
    protected override TaskKind With(KeyValues values) => new MultipleChoice { delimiter = values.Text(TargetDelimiter) ?? delimiter, IsChat = values.Flag(Chat) };

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row)
    {
        var (choices, answer) = (row.Texts(Choices), row.Text(Answer));
        if (choices.Length < 2)
        {
            return (null, "The item has one choice; at least two are needed.");
        }

        if (choices.FirstOrDefault(choice => choices.Count(other => other == choice) > 1) is { } repeated)
        {
            return (null, $"The choice {TerminalText.Quoted(repeated)} occurs twice.");
        }

        if (!row.IsNumber(Answer))
        {
            return choices.IndexOf(answer) is >= 0 and var named
                ? (new ChoiceItem(row.Text(Prompt), choices, named, row.Group), "")
                : (null, $"The 'answer' {TerminalText.Quoted(answer)} is not one of the choices. Write its number, counted from 0, or its text.{NearestName.Suggestion(answer, choices)}");
        }

        return int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < choices.Length
            ? (new ChoiceItem(row.Text(Prompt), choices, index, row.Group), "")
            : (null, $"The 'answer' is {answer}; choices are numbered from 0 to {choices.Length - 1}.");
    }

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => string.Join('\0', [((ChoiceItem)item).Prompt, .. ((ChoiceItem)item).Choices]);

    /// <inheritdoc/>
    public override ShownItem Show(TaskItem item)
    {
        var (prompt, choices, answer, _) = (ChoiceItem)item;
        return new($"{prompt}\n{string.Concat(choices.Select(choice => $"\n• {choice}"))}", choices[answer]);
    }

    /// <inheritdoc/>
    protected override string? AnswerOf(TaskItem item, ReadOnlySpan<ContinuationScore> answers)
    {
        var losses = new double[answers.Length];
        for (var choice = 0; choice < losses.Length; choice++)
        {
            losses[choice] = LossOf(answers[choice]);
        }

        var choices = ((ChoiceItem)item).Choices;
        return Array.TrueForAll(losses, double.IsFinite) ? choices[Accuracies[0].Best(choices, losses)] : null;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item) =>
        ((ChoiceItem)item).Choices.Select(choice => (((ChoiceItem)item).Prompt, delimiter + choice));

    /// <inheritdoc/>
    protected override double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers)
    {
        var (choices, right) = (((ChoiceItem)item).Choices, ((ChoiceItem)item).Answer);
        var row = new double[Columns.Length];
        var losses = new double[choices.Length];
        for (var choice = 0; choice < losses.Length; choice++)
        {
            losses[choice] = LossOf(answers[choice]);
        }

        // a model that gave no number for one of them answers nothing
        for (var accuracy = 0; accuracy < Accuracies.Length; accuracy++)
        {
            row[accuracy] = Array.TrueForAll(losses, double.IsFinite) && Accuracies[accuracy].Best(choices, losses) == right ? 1 : 0;
        }

        (row[^2], row[^1]) = (losses[right], answers[right].Tokens);
        return row;
    }

    /// <summary>The share of items whose right choice has the largest log-likelihood, divided by the choice's length.</summary>
    private sealed record ChoiceAccuracy(string Key, string Meaning, Func<string, int> LengthOf) : ShareMetric(new ScoreColumn(Key, ScoreForm.Flag))
    {
        public string? Explanation { get; init; }

        public override string Name => Key;

        public override string Label => Key;

        public override string Summary => $"the share of items whose right choice has {Meaning}";

        public override string CardMeaning => Meaning;

        public override string? Legend => Explanation;

        public override string? Caption => Explanation is null ? null : $"{char.ToUpperInvariant(Explanation[0])}{Explanation[1..]}.";

        // the first of those that are equally good
        public int Best(ImmutableArray<string> choices, double[] losses)
        {
            var best = 0;
            for (var choice = 1; choice < losses.Length; choice++)
            {
                best = losses[choice] / LengthOf(choices[choice]) < losses[best] / LengthOf(choices[best]) ? choice : best;
            }

            return best;
        }
    }
}
