using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;

namespace MergeOps.Evaluation.Reports;

/// <summary>
/// <c>evaluation.json</c>: canonical, with a version, without times and machine paths. Figures carry the decimals that are the
/// same on every processor. The answers of each model stand in the order of the items, so that a later merge can be paired with
/// this one.
/// </summary>
internal sealed partial class EvaluationJson : ReportFormat
{
    /// <summary>The file's name.</summary>
    public const string File = "evaluation.json";

    /// <inheritdoc/>
    public override string FileName => File;

    /// <inheritdoc/>
    public override string Summary => "for machines: canonical, with a version";

    /// <inheritdoc/>
    public override string Text(EvaluationReport report) => Write(report);

    /// <summary>The version of the layout that is written; it and all before it are read.</summary>
    public const int Version = 3;

    /// <summary>The file's text.</summary>
    public static string Write(EvaluationReport report)
    {
        var node = Report(report);
        if (!report.External.IsEmpty)
        {
            node["external"] = new JsonArray([.. report.External.Select(external => new JsonObject
            {
                ["name"] = external.Figure.Subject,
                ["task"] = external.Task,
                ["metric"] = external.Key,
            })]);
        }

        return CanonicalJson.Write(node);
    }

    /// <summary>Reads what any version of this program wrote; null when another one wrote it.</summary>
    /// <exception cref="MergeOpsException">A later version of this program wrote it.</exception>
    public static EvaluationRecord? Read(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject root || root["version"] is not JsonValue number || !number.TryGetValue<int>(out var version) || version < 1)
            {
                return null;
            }

            return version <= Version
                ? Record(root)
                : throw new MergeOpsException(
                    Codes.EvaluationUnreadable,
                    FormatVersion.Refusal(version, Version),
                    SourceSpan.File(File));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A value of an enumeration as the file writes it.</summary>
    public static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static JsonObject Report(EvaluationReport report) => new()
    {
        ["version"] = Version,
        ["scorer"] = ScoreCache.ScorerVersion,
        ["recipe"] = report.Recipe,
        ["verdict"] = Word(report.Verdict),
        ["tasks"] = new JsonArray([.. report.Data.Tasks.Select(task => new JsonObject
        {
            ["name"] = task.Name,
            ["items"] = task.Items.Length,
            ["groups"] = task.Groups.Count,
            ["sha256"] = task.Digest,
            ["expert"] = task.Expert?.ToString(),
        })]),
        ["texts"] = new JsonArray([.. report.Data.Texts.Select(text => new JsonObject
        {
            ["name"] = text.Name,
            ["blocks"] = text.Items.Length,
            ["sha256"] = text.Digest,
        })]),
        ["models"] = new JsonArray([.. report.Models.Select(model => Model(model, report.Data.Tasks))]),
        ["comparisons"] = new JsonArray([.. report.Comparisons.Select(Comparison)]),
        ["bySubject"] = new JsonArray([.. report.BySubject.Select(Comparison)]),
        ["withoutGate"] = new JsonObject
        {
            ["looked"] = report.Ungated.Looked,
            ["falls"] = new JsonArray([.. report.Ungated.Falls.Select(Comparison)]),
        },
        ["checks"] = new JsonArray([.. report.Checks.Select(check => new JsonObject
        {
            ["name"] = check.Name,
            ["verdict"] = Word(check.Verdict),
            ["detail"] = check.Detail,
        })]),
        ["gates"] = new JsonArray([.. report.Gates.Select(Gate)]),
    };

    private static JsonObject Model(ModelReport model, ImmutableArray<Subject> tasks)
    {
        var node = new JsonObject
        {
            ["name"] = model.Result.Name,
            ["role"] = Word(model.Result.Role),
            ["parent"] = model.Result.IsParent,
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

        node["figures"] = new JsonObject(model.Figures.Select(figure => KeyValuePair.Create<string, JsonNode?>(figure.Key.ToString(), Figure(figure.Value, figure.Key.Metric.Decimals))));
        var conditions = tasks.Zip(model.Result.Scores).Where(task => task.Second?.Conditions is not null).ToList();
        if (conditions.Count > 0)
        {
            node["conditions"] = new JsonObject(conditions.Select(task => KeyValuePair.Create(task.First.Name, (JsonNode?)task.Second!.Conditions)));
        }

        node["answers"] = new JsonObject(
            from task in tasks.Zip(model.Result.Scores)
            where task.First.Kind.Answers is not null && task.Second is not null
            select KeyValuePair.Create<string, JsonNode?>(
                task.First.Name, string.Concat(task.Second!.Flags(task.First.Kind.Answers!).Select(isRight => isRight ? '1' : '0'))));
        return node;
    }

    private static JsonObject Comparison(Comparison comparison) => new()
    {
        ["metric"] = comparison.Figure.ToString(),
        ["against"] = comparison.Against,
        ["model"] = comparison.Other,
        ["difference"] = Figure(comparison.Difference, comparison.Figure.Metric.Decimals),
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
            ["measured"] = Figure(gate.Measured, gate.Decimals),
            ["verdict"] = Word(gate.Verdict),
            ["detail"] = gate.Detail,
            ["line"] = gate.Span.Line,
        };
        if (gate.NotWorseThan is { } than)
        {
            node["notWorseThan"] = than;
            node["margin"] = gate.Margin ?? 0;
        }

        if (!gate.Pair.IsEmpty)
        {
            node["pair"] = new JsonArray([.. gate.Pair.Select(model => JsonValue.Create(model))]);
        }

        if (gate.DetectableEffect is { } effect)
        {
            node["detectable"] = Rounded(effect, gate.Decimals);
        }

        if (gate.Measured.Sample is { } sample)
        {
            node["items"] = sample.Items;
            node["groups"] = sample.Groups;
        }

        if (gate.MoreItems is { } more)
        {
            node["moreItems"] = more;
        }

        return node;
    }

    private static JsonObject Figure(Measured figure, int decimals) => figure switch
    {
        { Value: null } => new JsonObject { ["missing"] = figure.WhyNot },
        { Value: { } value, Interval: { } interval } => new JsonObject
        {
            ["value"] = Rounded(value, decimals),
            ["interval"] = new JsonArray(Rounded(interval.Lower, decimals), Rounded(interval.Upper, decimals)),
        },
        { Value: { } value } => new JsonObject { ["value"] = Rounded(value, decimals) },
    };

    private static double Rounded(double value, int decimals) => Math.Round(value, decimals) + 0.0;
}
