using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Pipeline.Scoring;

/// <summary>Looks a recipe's external scores up in results files, or in the evaluation that was published with a version.</summary>
internal static class ExternalScores
{
    private const double Rounding = 1e-6;
    private const string NoFile = "no results file was given (--results FILE)";

    private static readonly ImmutableDictionary<Figure, ExternalScore> None = ImmutableDictionary<Figure, ExternalScore>.Empty;

    /// <summary>The scores of one model; what is in no file, or in two, is no score. Null after diagnostics.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static ImmutableDictionary<Figure, ExternalScore>? InFiles(
        ImmutableArray<ExternalMetric> wanted, ImmutableArray<string> files, DiagnosticBag found)
    {
        var results = files.Select(file => ResultsFile.Read(file, found)).ToList();
        foreach (var (file, path) in results.Zip(files).Where(result => result.First is SampleFile { Task: null } && wanted.Length > 1))
        {
            found.Error(Codes.ResultsUnusable, "Its name does not tell of which of the recipe's external scores the samples are. Call it samples_TASK.jsonl.", SourceSpan.File(path));
            results[results.IndexOf(file)] = null;
        }

        return results.Contains(null) ? null : wanted.ToImmutableDictionary(
            external => external.Figure,
            external => Believed(external, Joined(
                OneOf([.. results.Where(file => file is not SampleFile).Select(file => file!.Find(external))]),
                OneOf([.. results.OfType<SampleFile>().Select(file => file.Find(external))]))));
    }

    /// <summary>The scores that <c>evaluation.json</c> of a version holds for its merged model; none where another program wrote it.</summary>
    /// <exception cref="MergeOpsException">A later version of this program wrote it.</exception>
    public static ImmutableDictionary<Figure, ExternalScore> InEvaluation(ImmutableArray<ExternalMetric> wanted, string? evaluationJson)
    {
        // a gate that asks for what is not known says so
        var scores = evaluationJson is null ? null : EvaluationJson.Read(evaluationJson)?.Find(ModelRole.Merged)?.External;
        return scores is null
            ? None
            : wanted.Where(external => scores.ContainsKey(external.Figure.ToString()))
                .ToImmutableDictionary(external => external.Figure, external => scores[external.Figure.ToString()]);
    }

    private static ExternalScore Believed(ExternalMetric wanted, ExternalScore score) =>
        score.Value is { } value && wanted.Figure.Metric is HarnessMetric metric && metric.Objection(value) is { } objection ? ExternalScore.Missing(objection) : score;

    // the harness's own figure counts, and the samples where it is their mean
    private static ExternalScore Joined(ExternalScore result, ExternalScore samples) =>
        result.Value is not { } value ? samples.Value is null && result.WhyNot != NoFile ? result : samples
        : samples.Samples is { } known && Math.Abs(known.Mean - value) <= Rounding * Math.Max(1, Math.Abs(value)) ? result with { Samples = known }
        : result;

    private static ExternalScore OneOf(List<ExternalScore> scores) => scores.FindAll(score => score.Value is not null) switch
    {
        [var only] => only,
        [] => scores is [var first, ..] ? first : ExternalScore.Missing(NoFile),
        _ => ExternalScore.Missing("several results files give it"),
    };
}
