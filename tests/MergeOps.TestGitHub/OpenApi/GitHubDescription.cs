using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace MergeOps.TestGitHub.OpenApi;

/// <summary>GitHub's published description of the calls: what bodies look like, and GitHub's own examples of answers.</summary>
internal static class GitHubDescription
{
    private static readonly Lazy<JsonObject> Text = new(() =>
    {
        using var stream = typeof(GitHubDescription).Assembly.GetManifestResourceStream("github.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    });

    private static readonly Lazy<JsonSchema> All = new(() => JsonSchema.FromJsonAsync(Text.Value.ToJsonString()).GetAwaiter().GetResult());
    private static readonly ConcurrentDictionary<string, JsonSchema?> Schemas = new(StringComparer.Ordinal);

    /// <summary>GitHub's example of an answer, to be changed at will.</summary>
    /// <param name="call">Method and path, such as <c>GET /user</c>.</param>
    /// <param name="status">The answer's status.</param>
    public static JsonNode Example(string call, int status) =>
        Text.Value["examples"]![$"{call} {status}"]?.DeepClone() ?? throw new ArgumentException($"GitHub shows no example of {call} {status}", nameof(call));

    /// <summary>What is wrong with a request's body; empty when nothing is.</summary>
    public static IReadOnlyList<string> MistakesInRequest(string call, string body) => Mistakes($"{call} request", body);

    /// <summary>What is wrong with an answer's body; empty when nothing is.</summary>
    public static IReadOnlyList<string> MistakesInAnswer(string call, int status, string body) => Mistakes($"{call} {status}", body);

    private static List<string> Mistakes(string name, string body) => Schemas.GetOrAdd(name, key => All.Value.Definitions.TryGetValue(key, out var known) ? known : null) is { } schema
        ? [.. schema.Validate(body).Select(mistake => $"{name}: {mistake.Kind} at {mistake.Path}")]
        : body.Length == 0 ? [] : [$"{name}: GitHub describes no body"];
}
