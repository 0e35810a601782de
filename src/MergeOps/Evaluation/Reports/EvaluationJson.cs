using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary>
/// <c>evaluation.json</c>: canonical, with a version, without times and machine paths. Figures carry six decimals. The answers of
/// each model stand in the order of the items, so that a later merge can be paired with this one.
/// </summary>
internal static class EvaluationJson
{
    /// <summary>The version of the layout.</summary>
    public const int Version = 1;

    /// <summary>The file's text.</summary>
    public static string Write(EvaluationReport report)
    {
        var node = Report(report);
        if (!report.External.IsEmpty)
        {
            node["external"] = new JsonArray([.. report.External.Select(external => new JsonObject
            {
                ["name"] = external.Metric.Subject,
                ["task"] = external.Task,
                ["metric"] = external.Key,
            })]);
        }

        return CanonicalJson.Write(node);
    }

    private static JsonObject Report(EvaluationReport report) => new()
    {
        ["version"] = Version,
        ["scorer"] = ScoreCache.ScorerVersion,
        ["recipe"] = report.Recipe,
        ["passed"] = report.Passed,
        ["tasks"] = new JsonArray([.. report.Data.Tasks.Select(task => new JsonObject
        {
            ["name"] = task.Name,
            ["items"] = task.Items.Length,
            ["sha256"] = task.Digest,
            ["expert"] = task.Expert?.ToString(),
        })]),
        ["texts"] = new JsonArray([.. report.Data.Texts.Select(text => new JsonObject { ["name"] = text.Name, ["sha256"] = text.Digest })]),
        ["models"] = new JsonArray([.. report.Models.Select(Model)]),
        ["comparisons"] = new JsonArray([.. report.Comparisons.Select(Comparison)]),
        ["checks"] = new JsonArray([.. report.Checks.Select(check => new JsonObject
        {
            ["name"] = check.Name,
            ["verdict"] = Word(check.Verdict),
            ["detail"] = check.Detail,
        })]),
        ["gates"] = new JsonArray([.. report.Gates.Select(Gate)]),
    };

    private static JsonObject Model(ModelReport model)
    {
        var node = new JsonObject
        {
            ["name"] = model.Result.Name,
            ["role"] = Word(model.Result.Role),
            ["digest"] = model.Result.Digest,
        };
        if (!model.Result.External.IsEmpty)
        {
            node[ExternalScoresJson.Key] = ExternalScoresJson.Write(model.Result.External);
        }

        if (model.Result.WhyNot is { } whyNot)
        {
            node["notEvaluated"] = whyNot;
            return node;
        }

        node["figures"] = new JsonObject(model.Figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key.ToString(), Figure(figure.Value))));
        node["answers"] = new JsonObject(model.Result.Tasks.Select(task => KeyValuePair.Create<string, JsonNode?>(
            task.Task, string.Concat(task.Items.Select(item => item.Correct ? '1' : '0')))));
        return node;
    }

    private static JsonObject Comparison(Comparison comparison) => new()
    {
        ["metric"] = comparison.Metric.ToString(),
        ["against"] = comparison.Against,
        ["model"] = comparison.Other,
        ["difference"] = Figure(comparison.Difference),
    };

    private static JsonObject Gate(GateResult gate)
    {
        var node = new JsonObject
        {
            ["metric"] = gate.Metric,
            ["min"] = gate.Min,
            ["max"] = gate.Max,
            ["against"] = gate.Against,
            ["model"] = gate.Other,
            ["measured"] = Figure(gate.Measured),
            ["met"] = gate.Met,
            ["detail"] = gate.Detail,
            ["line"] = gate.Span.Line,
        };
        if (gate.NotWorseThan is { } than)
        {
            node["notWorseThan"] = than;
            node["margin"] = gate.Margin ?? 0;
        }

        if (gate.DetectableEffect is { } effect)
        {
            node["detectable"] = Rounded(effect);
        }

        return node;
    }

    private static JsonObject Figure(Measured figure) => figure switch
    {
        { Value: null } => new JsonObject { ["missing"] = figure.WhyNot },
        { Value: { } value, Interval: { } interval } => new JsonObject
        {
            ["value"] = Rounded(value),
            ["interval"] = new JsonArray(Rounded(interval.Lower), Rounded(interval.Upper)),
        },
        { Value: { } value } => new JsonObject { ["value"] = Rounded(value) },
    };

    private static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static double Rounded(double value) => Math.Round(value, 6) + 0.0;
}
