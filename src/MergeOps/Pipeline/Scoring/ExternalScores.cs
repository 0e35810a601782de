using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Pipeline.Scoring;

/// <summary>Looks a recipe's external scores up in results files, or in the evaluation that was published with a version.</summary>
internal static class ExternalScores
{
    private static readonly ImmutableDictionary<Metric, ExternalScore> None = ImmutableDictionary<Metric, ExternalScore>.Empty;

    /// <summary>The scores of one model; what is in no file, or in two, is no score. Null after diagnostics.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static ImmutableDictionary<Metric, ExternalScore>? InFiles(
        ImmutableArray<ExternalMetric> wanted, ImmutableArray<string> files, DiagnosticBag found)
    {
        var results = files.Select(file => HarnessResults.Read(file, found)).ToList();
        return results.Contains(null)
            ? null
            : wanted.ToImmutableDictionary(external => external.Metric, external => OneOf([.. results.Select(file => file!.Find(external))]));
    }

    /// <summary>The scores that <c>evaluation.json</c> of a version holds for its merged model; none where it cannot be read.</summary>
    public static ImmutableDictionary<Metric, ExternalScore> InEvaluation(ImmutableArray<ExternalMetric> wanted, string? evaluationJson)
    {
        if (evaluationJson is null)
        {
            return None;
        }

        try
        {
            var scores = JsonNode.Parse(evaluationJson)?["models"]?.AsArray()
                .FirstOrDefault(model => (string?)model?["role"] == "merged")?[ExternalScoresJson.Key];
            return wanted
                .Select(external => (external.Metric, Score: scores?[external.Metric.ToString()] as JsonObject))
                .Where(score => score.Score is not null)
                .ToImmutableDictionary(score => score.Metric, score => ExternalScoresJson.Read(score.Score!));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // written by another program: then nothing is known, and a gate that asks says so
            return None;
        }
    }

    private static ExternalScore OneOf(List<ExternalScore> scores) => scores.FindAll(score => score.Figure.Exists) switch
    {
        [var only] => only,
        [] => scores is [var first, ..] ? first : ExternalScore.Missing("no results file is given: --results FILE"),
        _ => ExternalScore.Missing("several results files give it"),
    };
}
