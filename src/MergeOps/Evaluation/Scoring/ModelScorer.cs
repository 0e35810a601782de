using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation.Scoring;

/// <summary>Scores one model after the other; a model whose scores are all remembered is not opened.</summary>
internal sealed class ModelScorer(EvaluationData data, ScoreCache cache, DiagnosticBag notes, IProgress<EvaluationStep>? progress)
{
    /// <summary>The model's scores, or the reason why there are none.</summary>
    public ModelResult Score(ModelUnderTest model, CancellationToken cancellation)
    {
        var result = new ModelResult(model.Role, model.Name, model.Reference, model.Digest) { IsParent = model.IsParent, External = model.External };
        using var session = new Session(model);
        var scores = ImmutableArray.CreateBuilder<ItemScores>();
        foreach (var subject in data.Subjects)
        {
            if (Scores(session, subject, cancellation) is not { } ofSubject)
            {
                foreach (var left in data.Subjects.Skip(scores.Count))
                {
                    progress?.Report(new(model.Name, left.Name, left.Items.Length, Remembered: true));
                }

                return result with { WhyNot = session.WhyNot };
            }

            scores.Add(subject.Complete(ofSubject));
        }

        return result with { Scores = scores.ToImmutable() };
    }

    private ItemScores? Scores(Session session, Subject subject, CancellationToken cancellation)
    {
        ScoreKey? key = session.Model.Digest is { } digest ? new(digest, subject.Key) : null;
        var remembered = key is { } known ? cache.Find(known, subject, notes) : null;
        if (remembered is not null || session.Open(subject) is not { } opened)
        {
            if (remembered is not null)
            {
                progress?.Report(new(session.Model.Name, subject.Name, subject.Items.Length, Remembered: true));
            }

            return remembered;
        }

        var step = new EvaluationStep(session.Model.Name, subject.Name, subject.Items.Length, Remembered: false);
        progress?.Report(step);
        opened.Advanced = share => progress?.Report(step with { Share = share });
        var scores = subject.Kind.Score(opened, subject.Items, cancellation);
        opened.Advanced = null;
        if (key is { } fresh)
        {
            cache.Remember(fresh, subject.Kind, scores, notes);
        }

        return scores;
    }

    /// <summary>A model that is opened at most once for each use, when that is first needed.</summary>
    private sealed class Session(ModelUnderTest model) : IDisposable
    {
        private readonly Dictionary<ModelUse, IScoredModel> opened = [];

        public ModelUnderTest Model => model;

        public string? WhyNot { get; private set; }

        public IScoredModel? Open(Subject subject)
        {
            var use = subject.Kind.Use;
            if (!opened.TryGetValue(use, out var known) && WhyNot is null)
            {
                known = model.Open(use, out var whyNot);
                if (known is null)
                {
                    WhyNot = whyNot ?? "no reason is given";
                }
                else
                {
                    opened.Add(use, known);
                }
            }

            WhyNot ??= known is null ? null : subject.Kind.WhyNot(known);
            return WhyNot is null ? known : null;
        }

        public void Dispose()
        {
            foreach (var known in opened.Values)
            {
                known.Dispose();
            }
        }
    }
}
