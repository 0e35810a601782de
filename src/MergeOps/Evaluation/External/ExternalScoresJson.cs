using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.External;

/// <summary>Scores of another harness within <c>evaluation.json</c>, written and read back for the next version's comparison.</summary>
internal static class ExternalScoresJson
{
    /// <summary>The key at a model.</summary>
    public const string Key = "external";

    /// <summary>All scores of one model.</summary>
    public static JsonObject Write(ImmutableDictionary<Figure, ExternalScore> scores) => new(
        scores.Select(score => KeyValuePair.Create<string, JsonNode?>(score.Key.ToString(), Write(score.Value))));

    /// <summary>One score as <see cref="Write(ImmutableDictionary{Figure, ExternalScore})"/> wrote it.</summary>
    /// <exception cref="InvalidOperationException">A value is of another kind.</exception>
    public static ExternalScore Read(JsonObject score) => (double?)score["value"] is not { } value
        ? ExternalScore.Missing((string?)score["missing"] ?? "the published evaluation has no score")
        : ExternalScore.Of(value, (double?)score["stderr"]) with
        {
            Count = (long?)score["n"],
            Available = (long?)score["available"],
            TaskVersion = (string?)score["taskVersion"],
            Shots = (long?)score["shots"],
            TaskHash = (string?)score["taskHash"],
            ChatTemplate = (string?)score["chatTemplate"],
            HigherIsBetter = (bool?)score["higherIsBetter"],
            Harness = (string?)score["harness"],
        };

    private static JsonObject Write(ExternalScore score) => score.Value is not { } value
        ? new() { ["missing"] = score.WhyNot }
        : new()
        {
            ["value"] = value,
            ["stderr"] = score.StandardError,
            ["n"] = score.Count,
            ["available"] = score.Available,
            ["taskVersion"] = score.TaskVersion,
            ["shots"] = score.Shots,
            ["taskHash"] = score.TaskHash,
            ["chatTemplate"] = score.ChatTemplate,
            ["higherIsBetter"] = score.HigherIsBetter,
            ["harness"] = score.Harness,
        };
}
