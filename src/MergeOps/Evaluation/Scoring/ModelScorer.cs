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
    /// <summary>The model's scores, and the reason where there are none.</summary>
    public ModelResult Score(ModelUnderTest model, CancellationToken cancellation)
    {
        var result = new ModelResult(model.Role, model.Name, model.Reference, model.Digest) { IsParent = model.IsParent, External = model.External };
        using var session = new Session(model);
        var scores = ImmutableArray.CreateBuilder<ItemScores?>();
        var lacks = ImmutableArray.CreateBuilder<string?>();
        foreach (var subject in data.Subjects)
        {
            var (ofSubject, whyNot) = Scores(session, subject, cancellation);
            scores.Add(ofSubject is null ? null : subject.Complete(ofSubject).Under(cache.Arithmetic));
            lacks.Add(whyNot);
        }

        return scores.Count > 0 && scores.All(ofSubject => ofSubject is null)
            ? result with { WhyNot = lacks[0] }
            : result with { Scores = scores.ToImmutable(), Lacks = lacks.ToImmutable() };
    }

    private (ItemScores? Scores, string? WhyNot) Scores(Session session, Subject subject, CancellationToken cancellation)
    {
        ScoreKey? key = session.Model.Digest is { } digest ? new(digest, subject.Key) : null;
        var remembered = key is { } known ? cache.Find(known, subject, notes) : null;
        string? whyNot = null;
        if (remembered is not null || session.Open(subject, out whyNot) is not { } opened)
        {
            progress?.Report(new(session.Model.Name, subject.Name, subject.Items.Length, Remembered: true));
            return (remembered, whyNot);
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

        return (scores, null);
    }

    /// <summary>A model that is opened at most once for each use, when that is first needed.</summary>
    private sealed class Session(ModelUnderTest model) : IDisposable
    {
        private readonly Dictionary<ModelUse, (IScoredModel? Model, string? WhyNot)> opened = [];

        public ModelUnderTest Model => model;

        public IScoredModel? Open(Subject subject, out string? whyNot)
        {
            var use = subject.Kind.Use;
            if (!opened.TryGetValue(use, out var known))
            {
                known.Model = model.Open(use, out known.WhyNot);
                opened.Add(use, known);
            }

            whyNot = known.Model is null ? known.WhyNot ?? "no reason is given" : subject.Kind.WhyNot(known.Model);
            return whyNot is null ? known.Model : null;
        }

        public void Dispose()
        {
            foreach (var (known, _) in opened.Values)
            {
                known?.Dispose();
            }
        }
    }
}
