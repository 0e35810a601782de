using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation;

/// <summary>Scores one model after the other; a model whose scores are all remembered is not opened.</summary>
internal sealed class ModelScorer(EvaluationData data, ScoreCache cache, DiagnosticBag notes, IProgress<EvaluationStep>? progress)
{
    /// <summary>The model's scores, or the reason why there are none.</summary>
    public ModelResult Score(ModelUnderTest model, CancellationToken cancellation)
    {
        var result = new ModelResult(model.Role, model.Name, model.Reference, model.Digest) { IsParent = model.IsParent, External = model.External };
        using var session = new Session(model);
        var tasks = ImmutableArray.CreateBuilder<TaskScores>();
        foreach (var task in data.Tasks)
        {
            var items = Scores(session, task.Name, task.Digest, task.Items.Length, opened => opened.Score(
                [.. task.Items.Select(item => (item.Prompt, item.Answer))], cancellation));
            if (items is null)
            {
                return result with { WhyNot = session.WhyNot };
            }

            tasks.Add(new(task.Name, items.Value, task.Groups));
        }

        var texts = ImmutableArray.CreateBuilder<TextScore>();
        foreach (var text in data.Texts)
        {
            var items = Scores(session, text.Name, ScoreKey.DataOf(text), text.Blocks.Length, opened => opened.ScoreText(text.Blocks, cancellation));
            if (items is null)
            {
                return result with { WhyNot = session.WhyNot };
            }

            texts.Add(new(text.Name, items.Value));
        }

        return result with { Tasks = tasks.ToImmutable(), Texts = texts.ToImmutable() };
    }

    private ImmutableArray<ItemScore>? Scores(
        Session session, string subject, string dataDigest, int count, Func<ILanguageModel, IReadOnlyList<ContinuationScore>> score)
    {
        ScoreKey? key = session.Model.Digest is { } digest ? new(digest, dataDigest) : null;
        var remembered = key is { } known ? cache.Find(known, count, notes) : null;
        if (remembered is not null || session.Open() is not { } opened)
        {
            if (remembered is not null)
            {
                progress?.Report(new(session.Model.Name, subject, count, Remembered: true));
            }

            return remembered;
        }

        progress?.Report(new(session.Model.Name, subject, count, Remembered: false));
        ImmutableArray<ItemScore> scores = [.. score(opened).Select(ItemScore.From)];
        if (key is { } fresh)
        {
            cache.Remember(fresh, scores, notes);
        }

        return scores;
    }

    /// <summary>A model that is opened at most once, on first use.</summary>
    private sealed class Session(ModelUnderTest model) : IDisposable
    {
        private ILanguageModel? opened;

        public ModelUnderTest Model => model;

        public string? WhyNot { get; private set; }

        public ILanguageModel? Open()
        {
            if (opened is null && WhyNot is null)
            {
                opened = model.Open(out var whyNot);
                WhyNot = opened is null ? whyNot ?? "no reason is given" : null;
            }

            return opened;
        }

        public void Dispose() => opened?.Dispose();
    }
}
