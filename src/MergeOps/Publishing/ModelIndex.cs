using System.Text.Json.Nodes;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Publishing;

/// <summary>The merged model's scores in the form in which the Hub shows them (<c>model-index</c>).</summary>
internal static class ModelIndex
{
    private const string Unit = "nats per token";

    /// <summary>The value of <c>model-index</c>; null when nothing was scored.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="evaluationJson">The text of <c>evaluation.json</c>.</param>
    public static JsonArray? Of(string name, string evaluationJson)
    {
        var report = JsonNode.Parse(evaluationJson)?.AsObject();
        var merged = report?["models"]?.AsArray().FirstOrDefault(model => (string?)model?["role"] == "merged");
        var figures = merged?["figures"]?.AsObject() ?? [];
        if (report is null)
        {
            return null;
        }

        var results = new JsonArray();
        foreach (var data in (report["tasks"]?.AsArray() ?? []).Concat(report["texts"]?.AsArray() ?? []))
        {
            var subject = (string)data!["name"]!;
            var metrics = new JsonArray();
            Add(metrics, figures, new Metric(subject, MetricKind.Accuracy), "exact answers of greedy decoding");
            Add(metrics, figures, new Metric(subject, MetricKind.Loss), Unit);
            if (metrics.Count > 0)
            {
                results.Add(Result(subject, (string?)data["sha256"], metrics));
            }
        }

        foreach (var external in report["external"]?.AsArray() ?? [])
        {
            var metric = new Metric((string)external!["name"]!, MetricKind.External, ((string)external["metric"]!).Split(',')[0]);
            if (merged?[ExternalScoresJson.Key]?[metric.ToString()] is JsonObject score && ExternalScoresJson.Read(score) is { Figure.Exists: true } read)
            {
                var meaning = string.Join(", ", new[] { FigureText.External(read), read.Conditions, read.Scorer }.Where(part => part.Length > 0));
                results.Add(Result((string)external["task"]!, read.TaskHash, [ExternalResult(metric, read, meaning)]));
            }
        }

        return results.Count == 0 ? null : new JsonArray(new JsonObject { ["name"] = name, ["results"] = results });
    }

    private static JsonObject ExternalResult(Metric metric, ExternalScore score, string meaning) => new()
    {
        ["type"] = metric.Name,
        ["value"] = score.Figure.Value,
        ["name"] = $"{metric.Name} ({meaning})",
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

    private static void Add(JsonArray metrics, JsonObject figures, Metric metric, string meaning)
    {
        if (figures[metric.ToString()]?["value"] is { } value)
        {
            metrics.Add(new JsonObject
            {
                ["type"] = Metric.NameOf(metric.Kind),
                ["value"] = value.DeepClone(),
                ["name"] = $"{Metric.NameOf(metric.Kind)} ({meaning})",
            });
        }
    }
}
