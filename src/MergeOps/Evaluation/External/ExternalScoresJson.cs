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
            Tool = (string?)score["tool"] ?? ExternalScore.UsualTool,
            Samples = score["samples"] is JsonObject samples ? ReadSamples(samples) : null,
        };

    private static JsonObject Write(ExternalScore score)
    {
        if (score.Value is not { } value)
        {
            return new() { ["missing"] = score.WhyNot };
        }

        var json = new JsonObject
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
        if (score.Tool != ExternalScore.UsualTool)
        {
            json["tool"] = score.Tool;
        }

        if (score.Samples is { } samples)
        {
            json["samples"] = Write(samples);
        }

        return json;
    }

    private static JsonObject Write(SampleScores samples) => new()
    {
        ["ids"] = samples.Ids,
        ["scores"] = new JsonArray([.. samples.Scores.Select(each => JsonValue.Create(each))]),
        ["groups"] = samples.Groups.IsEmpty ? null : new JsonArray([.. samples.Groups.Select(group => JsonValue.Create(group))]),
    };

    private static SampleScores? ReadSamples(JsonObject samples) => (string?)samples["ids"] is { } ids && samples["scores"] is JsonArray scores
        ? SampleScores.Recorded(ids, [.. scores.Select(score => (double)score!)], [.. (samples["groups"] as JsonArray ?? []).Select(group => (int)group!)])
        : null;
}
