using System.Collections.Immutable;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation.Contract;

/// <summary>A kind of task that asks a language model how likely continuations are.</summary>
internal abstract class LanguageTaskKind : TaskKind
{
    /// <inheritdoc/>
    public sealed override ModelUse Use => ModelUse.Language;

    /// <summary>What a model must continue, and with what; the context of a model must hold each of them.</summary>
    public abstract IEnumerable<(string Context, string Continuation)> RequestsOf(TaskItem item);

    /// <summary>What the answers to an item's requests tell, in the order of <see cref="SubjectKind.Columns"/>.</summary>
    protected abstract double[] Tell(TaskItem item, ReadOnlySpan<ContinuationScore> answers);

    /// <summary>What the model answered, as a report shows it among its examples; null where these answers do not tell.</summary>
    protected virtual string? AnswerOf(TaskItem item, ReadOnlySpan<ContinuationScore> answers) => null;

    /// <inheritdoc/>
    public sealed override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation)
    {
        var requests = items.Select(item => RequestsOf(item).ToList()).ToList();
        var answers = ((ILanguageModel)model).Score([.. requests.SelectMany(ofItem => ofItem)], cancellation).ToArray();
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
}
