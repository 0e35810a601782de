using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary>A task or text of an evaluation that was written.</summary>
internal sealed record RecordedData(string Name, string? Sha256);

/// <summary>A model of an evaluation that was written.</summary>
/// <param name="Name">Its name; of a published version its number.</param>
/// <param name="Role">A <see cref="ModelRole"/> as the file writes it.</param>
/// <param name="Figures">The value of each figure that has one, by metric.</param>
/// <param name="External">What another harness measured, by metric.</param>
internal sealed record RecordedModel(
    string Name, string Role, ImmutableDictionary<string, double> Figures, ImmutableDictionary<string, ExternalScore> External);

/// <summary>What is read back of <see cref="EvaluationJson"/>, whatever its version.</summary>
/// <param name="Data">The tasks, then the texts.</param>
/// <param name="Wanted">What another harness was asked for.</param>
/// <param name="Models">In the file's order.</param>
internal sealed record EvaluationRecord(
    ImmutableArray<RecordedData> Data, ImmutableArray<ExternalMetric> Wanted, ImmutableArray<RecordedModel> Models)
{
    /// <summary>The first model of a role, or null.</summary>
    public RecordedModel? Find(ModelRole role) => Models.FirstOrDefault(model => model.Role == EvaluationJson.Word(role));

    /// <summary>Reads the layout of versions 1 and 2, which differ in gates and in what stands beside the names alone.</summary>
    /// <exception cref="InvalidOperationException">A value is of another kind.</exception>
    /// <exception cref="FormatException">A value is of another kind.</exception>
    public static EvaluationRecord Of(JsonObject root) => new(
        [
            .. List(root, "tasks").Concat(List(root, "texts")).Select(data => new RecordedData(Text(data, "name"), (string?)data["sha256"])),
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
