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
    private static readonly ImmutableDictionary<Figure, ExternalScore> None = ImmutableDictionary<Figure, ExternalScore>.Empty;

    /// <summary>The scores of one model; what is in no file, or in two, is no score. Null after diagnostics.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static ImmutableDictionary<Figure, ExternalScore>? InFiles(
        ImmutableArray<ExternalMetric> wanted, ImmutableArray<string> files, DiagnosticBag found)
    {
        var results = files.Select(file => HarnessResults.Read(file, found)).ToList();
        return results.Contains(null)
            ? null
            : wanted.ToImmutableDictionary(external => external.Figure, external => OneOf([.. results.Select(file => file!.Find(external))]));
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

    private static ExternalScore OneOf(List<ExternalScore> scores) => scores.FindAll(score => score.Value is not null) switch
    {
        [var only] => only,
        [] => scores is [var first, ..] ? first : ExternalScore.Missing("no results file was given (--results FILE)"),
        _ => ExternalScore.Missing("several results files give it"),
    };
}
