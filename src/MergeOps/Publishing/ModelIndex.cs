using System.Text.Json.Nodes;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Publishing;

/// <summary>The merged model's scores in the form in which the Hub shows them (<c>model-index</c>).</summary>
internal static class ModelIndex
{
    /// <summary>The value of <c>model-index</c>; null when nothing was scored.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="evaluationJson">The text of <c>evaluation.json</c>.</param>
    public static JsonArray? Of(string name, string evaluationJson)
    {
        if (EvaluationJson.Read(evaluationJson) is not { } evaluation)
        {
            return null;
        }

        var merged = evaluation.Find(ModelRole.Merged);
        var results = new JsonArray();
        foreach (var data in evaluation.Data)
        {
            var metrics = new JsonArray();
            foreach (var metric in EvaluationCatalogue.Default.Metrics)
            {
                Add(metrics, merged, new Figure(data.Name, metric));
            }

            if (metrics.Count > 0)
            {
                results.Add(Result(data.Name, data.Sha256, metrics));
            }
        }

        foreach (var external in evaluation.Wanted)
        {
            if (merged?.External.GetValueOrDefault(external.Figure.ToString()) is { Value: not null } score)
            {
                results.Add(Result(external.Task, score.TaskHash, [ExternalResult(external.Figure.Metric, score)]));
            }
        }

        return results.Count == 0 ? null : new JsonArray(new JsonObject { ["name"] = name, ["results"] = results });
    }

    /// <summary>A score of another harness with its standard error, how it was measured, and by whom.</summary>
    public static string MeaningOf(ExternalScore score) =>
        string.Join(", ", new[] { ReportText.External(score), score.Conditions, score.Scorer }.Where(part => part.Length > 0));

    private static JsonObject ExternalResult(Metric metric, ExternalScore score) => new()
    {
        ["type"] = metric.Name,
        ["value"] = score.Value,
        ["name"] = $"{metric.Name} ({MeaningOf(score)})",
    };

    private static JsonObject Result(string subject, string? sha256, JsonArray metrics) => new()
    {
        ["task"] = new JsonObject { ["type"] = "text-generation" },
        ["dataset"] = new JsonObject
        {
            ["type"] = subject,
            ["name"] = subject,
            ["args"] = new JsonObject { ["sha256"] = sha256 },
        },
        ["metrics"] = metrics,
    };

    private static void Add(JsonArray metrics, RecordedModel? merged, Figure figure)
    {
        if (figure.Metric.CardMeaning is { } meaning && merged?.Figures.TryGetValue(figure.ToString(), out var value) is true)
        {
            metrics.Add(new JsonObject
            {
                ["type"] = figure.Metric.Name,
                ["value"] = value,
                ["name"] = $"{figure.Metric.Name} ({meaning})",
            });
        }
    }
}
