using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Evaluation.External;

namespace MergeOps.Evaluation.Reports;

/// <content>What is read back, whatever its version.</content>
internal sealed partial class EvaluationJson
{
    // the versions differ in gates, differences and what stands beside the names alone; a value of another kind is an exception
    private static EvaluationRecord Record(JsonObject root) => new(
        [
            .. List(root, "tasks").Concat(List(root, "texts")).Select(data => new RecordedData(Text(data, "name"), (string?)data["sha256"], (long?)data["items"])),
        ],
        [
            .. List(root, "external").Select(external => ExternalMetric.Of(Text(external, "name"), Text(external, "task"), Text(external, "metric"))),
        ],
        [
            .. List(root, "models").Select(model => new RecordedModel(
                Text(model, "name"),
                Text(model, "role"),
                Members(model, "figures")
                    .Where(figure => figure.Value.ContainsKey("value"))
                    .ToImmutableDictionary(figure => figure.Key, figure => (double?)figure.Value["value"] ?? throw new InvalidOperationException()),
                Members(model, ExternalScoresJson.Key).ToImmutableDictionary(score => score.Key, score => ExternalScoresJson.Read(score.Value)))),
        ]);

    private static IEnumerable<JsonObject> List(JsonObject holder, string key) =>
        holder[key]?.AsArray().Select(entry => entry?.AsObject() ?? throw new InvalidOperationException()) ?? [];

    private static IEnumerable<KeyValuePair<string, JsonObject>> Members(JsonObject holder, string key) =>
        holder[key]?.AsObject().Select(member => KeyValuePair.Create(member.Key, member.Value?.AsObject() ?? throw new InvalidOperationException())) ?? [];

    private static string Text(JsonObject holder, string key) => (string?)holder[key] ?? throw new InvalidOperationException();
}
