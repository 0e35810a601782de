using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Contract;

/// <summary>A kind of task that asks a language model how likely continuations are.</summary>
internal abstract class LanguageTaskKind : TaskKind
{
    /// <summary>The key of tasks that ask in a conversation.</summary>
    protected static KeyDeclaration Chat { get; } = new(
        "chat", new FlagShape(), Affects.Approval, "true to put the prompt into the model's own chat template, as a user's message")
    { IsLater = true };

    /// <summary>The key of tasks that put something between a prompt and what follows it.</summary>
    protected static KeyDeclaration TargetDelimiter { get; } = new(
        "target_delimiter", new TextShape { IsLine = false }, Affects.Approval, "the text between prompt and choice, which belongs to neither, \"\" for nothing; a space when not given")
    { IsLater = true };

    /// <summary>Whether the model's chat template puts each prompt to it.</summary>
    public bool IsChat { get; protected init; }

    /// <inheritdoc/>
    public sealed override ModelUse Use => ModelUse.Language;

    /// <inheritdoc/>
    public sealed override string? WhyNot(IScoredModel model) => IsChat ? ((ILanguageModel)model).WhyNoConversation : null;

    /// <summary>What a model must continue, and with what; the context of a model must hold each of them.</summary>
    public abstract IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item);

    /// <summary>What the answers to an item's requests tell, in the order of <see cref="SubjectKind.Columns"/>.</summary>
    protected abstract double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers);

    /// <summary>What the model answered, as a report shows it among its examples; null where these answers do not tell.</summary>
    protected virtual string? AnswerOf(TaskItem item, ReadOnlySpan<ContinuationScore> answers) => null;

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation)
    {
        var language = (ILanguageModel)model;
        var requests = items.Select(item => RequestsOf(item).ToList()).ToList();
        var answers = language.Score([.. requests.SelectMany(ofItem => ofItem).Select(request => (PromptOf(language, request.Context), request.Continuation))], cancellation).ToArray();
        var rows = new double[items.Length][];
        var texts = new string?[items.Length];
        var next = 0;
        for (var item = 0; item < rows.Length; item++)
        {
            var ofItem = answers.AsSpan(next, requests[item].Count);
            (rows[item], texts[item]) = (Tell(items[item], ofItem), AnswerOf(items[item], ofItem));
            next += requests[item].Count;
        }

        return ItemScores.Of(Columns, rows).Answering(texts);
    }

    /// <summary>What the model reads of a prompt.</summary>
    protected string PromptOf(ILanguageModel model, string prompt) => IsChat ? model.Conversation(prompt) : prompt;
}
