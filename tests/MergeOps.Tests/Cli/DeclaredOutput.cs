using System.Text.Json.Nodes;
using NJsonSchema;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Holds what a verb says to machines against <c>output.schema.json</c>: it is valid, and no member of its result is missing there.</summary>
internal static class DeclaredOutput
{
    private static readonly string File = Path.Combine(Repository.Root, "src", "MergeOps.Cli", "output.schema.json");

    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromFileAsync(File).GetAwaiter().GetResult());

    private static readonly Lazy<JsonNode> Declared = new(() => JsonNode.Parse(System.IO.File.ReadAllText(File))!);

    /// <summary>Checks an output.</summary>
    public static void Check(string output)
    {
        Assert.Empty(Schema.Value.Validate(output));
        var root = JsonNode.Parse(output)!;
        var verb = Declared.Value["oneOf"]!.AsArray().Single(form => form!["properties"]!["verb"]!["enum"]!.AsArray().Any(name => (string)name! == (string)root["verb"]!))!;
        Assert.Empty(Undeclared(root["result"], [verb["properties"]!["result"]!], "result").Distinct());
    }

    private static IEnumerable<string> Undeclared(JsonNode? value, IEnumerable<JsonNode> forms, string path)
    {
        var all = forms.SelectMany(Expanded).ToList();
        return value switch
        {
            JsonObject members => members.SelectMany(member => FormsOf(all, member.Key) is { Count: > 0 } declared ? Undeclared(member.Value, declared, $"{path}.{member.Key}") : [$"{path}.{member.Key}"]),
            JsonArray items => items.SelectMany(item => Undeclared(item, all.Select(form => form["items"]).OfType<JsonNode>(), $"{path}[]")),
            _ => [],
        };
    }

    private static List<JsonNode> FormsOf(IEnumerable<JsonNode> forms, string member) =>
        [.. forms.Select(form => form["properties"]?[member] ?? form["additionalProperties"]).OfType<JsonNode>()];

    private static IEnumerable<JsonNode> Expanded(JsonNode form) =>
        form["$ref"] is { } reference ? Expanded(Declared.Value["definitions"]![((string)reference!).Split('/')[^1]]!)
        : form["oneOf"] is JsonArray alternatives ? alternatives.SelectMany(alternative => Expanded(alternative!))
        : [form];
}
