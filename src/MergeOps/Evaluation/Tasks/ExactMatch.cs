using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: the model is given the prompt and must write exactly the answer.</summary>
/// <param name="Prompt">Not empty.</param>
/// <param name="Answer">Not empty.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record PromptItem(string Prompt, string Answer, string? Group = null) : TaskItem(Group);

/// <summary>
/// Prompts with the answers that greedy decoding must write exactly: token by token, or, where the task generates, up to the
/// first stop.
/// </summary>
internal sealed class ExactMatch : LanguageTaskKind
{
    private const int UsualLength = 256;

    // from this share of wrong answers on that were cut off, the length is worth a word
    private const double ManyCut = 0.1;

    private static readonly ScoreColumn Ended = new("ended", ScoreForm.Flag);

    // is_greedy of the continuation
    private static readonly HarnessForm Continuation = new(HarnessForm.Continuation, [new("acc")]);

    private static readonly ImmutableArray<string> UsualStops = ["\n\n"];

    private static readonly RowKey Prompt = new("prompt", RowForm.Text, "what the model is given");
    private static readonly RowKey Answer = new("answer", RowForm.Text, "what it must write, with the space before it");

    private static readonly KeyDeclaration Generate = Later("generate", new FlagShape(), "true to have the model write a text, which is compared with the answer without white space at either end");
    private static readonly KeyDeclaration Stop = Later("stop", new TextOrTextsShape(), "with `generate`: a text, or a list of texts, at which the model's answer ends; \"\\n\\n\" when not given");
    private static readonly KeyDeclaration MaxTokens = Later("max_tokens", new NumberShape(Whole: true, Min: 1), "with `generate`: the largest number of tokens that the model writes; 256 when not given");
    private static readonly KeyDeclaration IgnoreCase = Later("ignore_case", new FlagShape(), "with `generate`: true to ignore the difference between upper and lower case");
    private static readonly KeyDeclaration IgnorePunctuation = Later("ignore_punctuation", new FlagShape(), "with `generate`: true to ignore ASCII punctuation");

    private string? objection;
    private GenerationLimits? limits;
    private bool ignoresCase;
    private bool ignoresPunctuation;

    /// <inheritdoc/>
    public override string Name => Usual;

    /// <inheritdoc/>
    public override string Summary => "prompts with the answers that greedy decoding must write exactly";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Generate, Stop, MaxTokens, IgnoreCase, IgnorePunctuation, Chat];

    /// <inheritdoc/>
    public override string? Objection => objection;

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Prompt, Answer];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns => limits is null ? [ScoreColumn.Correct, ScoreColumn.Loss, ScoreColumn.Tokens] : [ScoreColumn.Correct, Ended];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [new Accuracy()];

    /// <inheritdoc/>
    public override ScoreColumn Answers => ScoreColumn.Correct;

    /// <inheritdoc/>
    public override HarnessForm? Harness => limits is null ? Continuation : null;

    // scores were remembered so before there were other kinds, and before there were keys
    /// <inheritdoc/>
    public override string KeyOf(string digest) => limits is null
        ? (IsChat ? "chat:" : "") + digest
        : $"{Name}:{digest}:" + CanonicalJson.Write(new JsonObject
        {
            ["chat"] = IsChat,
            ["ignore_case"] = ignoresCase,
            ["ignore_punctuation"] = ignoresPunctuation,
            ["max_tokens"] = limits.MaxTokens,
            ["stop"] = new JsonArray([.. limits.Stops.Select(stop => (JsonNode)stop)]),
        });

    /// <inheritdoc/>
    protected override TaskKind With(KeyValues values)
    {
        var generates = values.Flag(Generate);
        var needless = generates || (values.List(Stop) is null && values.Number(MaxTokens) is null && !values.Flag(IgnoreCase) && !values.Flag(IgnorePunctuation));
        return new ExactMatch
        {
            IsChat = values.Flag(Chat),
            limits = generates ? new((int)(values.Number(MaxTokens) ?? UsualLength), values.List(Stop) ?? UsualStops) : null,
            ignoresCase = values.Flag(IgnoreCase),
            ignoresPunctuation = values.Flag(IgnorePunctuation),
            objection = needless ? null : "'stop', 'max_tokens', 'ignore_case' and 'ignore_punctuation' are for a task in which the model writes a text. Add 'generate: true', or leave them out.",
        };
    }

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row) => (new PromptItem(row.Text(Prompt), row.Text(Answer), row.Group), "");

    /// <inheritdoc/>
    public override (Severity Severity, string Detail)? LackOf(ImmutableArray<TaskItem> items, string file)
    {
        var cut = limits is null ? [] : items.Cast<PromptItem>().Where(item => !IsAnswer(limits.Cut(item.Answer.Trim()).Text, item.Answer)).ToList();
        return cut is [var first, ..]
            ? (Severity.Warning, $"{cut.Count} of {items.Length} answers in '{file}' contain a text of 'stop', such as {TerminalText.Quoted(first.Answer)}: the model's answer ends there, so they are never right. Choose a different 'stop'.")
            : null;
    }

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => ((PromptItem)item).Prompt;

    /// <inheritdoc/>
    public override ShownItem Show(TaskItem item) => new(((PromptItem)item).Prompt, ((PromptItem)item).Answer);

    /// <inheritdoc/>
    public override IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item) =>
        limits is null ? [(((PromptItem)item).Prompt, ((PromptItem)item).Answer)] : [];

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation)
    {
        if (limits is null)
        {
            return base.Score(model, items, cancellation);
        }

        var language = (ILanguageModel)model;
        var texts = language.Generate([.. items.Select(item => PromptOf(language, ((PromptItem)item).Prompt))], limits, cancellation);
        return ItemScores.Of(Columns, [.. items.Zip(texts, (item, written) => new double[] { IsAnswer(written.Text, ((PromptItem)item).Answer) ? 1 : 0, written.HasEnded ? 1 : 0 })]).Answering([.. texts.Select(written => written.Text)]);
    }

    /// <inheritdoc/>
    public override string? DoubtOf(ItemScores scores)
    {
        var cut = limits is null ? 0 : scores.Flags(Ended).Zip(scores.Flags(ScoreColumn.Correct)).Count(answer => answer is (false, false));
        return cut >= Math.Max(1, ManyCut * scores.Count)
            ? $"{cut} of {scores.Count} answers are wrong and reach 'max_tokens' ({limits!.MaxTokens}) before they end. Look at them in the report: give a larger 'max_tokens', or a 'stop' that the model writes after an answer."
            : null;
    }

    /// <inheritdoc/>
    protected override double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers)
    {
        var loss = LossOf(answers[0]);
        return [double.IsFinite(loss) && answers[0].IsGreedy ? 1 : 0, loss, answers[0].Tokens];
    }

    /// <inheritdoc/>
    protected override string? AnswerOf(TaskItem item, ReadOnlySpan<ContinuationScore> answers) =>
        answers[0].IsGreedy ? ((PromptItem)item).Answer : answers[0].Instead is { } begun ? $"{begun}…" : null;

    private bool IsAnswer(string text, string answer) => Compared(text) == Compared(answer);

    private string Compared(string text)
    {
        var kept = ignoresPunctuation ? string.Concat(text.Where(character => !char.IsAscii(character) || !(char.IsPunctuation(character) || char.IsSymbol(character)))) : text;
        return (ignoresCase ? kept.ToLower(CultureInfo.InvariantCulture) : kept).Trim();
    }

    private static KeyDeclaration Later(string name, ValueShape shape, string help) => new(name, shape, Affects.Approval, help) { IsLater = true };
}
