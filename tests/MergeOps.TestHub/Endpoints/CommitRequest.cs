using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>A commit as it was sent: one JSON object a line, the header first.</summary>
/// <param name="Summary">The first line of the message; never empty.</param>
/// <param name="Description">The rest of the message.</param>
/// <param name="ParentCommit">What the head must be, or its first digits; null for anything.</param>
/// <param name="Operations">What happens to which file, in order.</param>
internal sealed record CommitRequest(string Summary, string Description, string? ParentCommit, ImmutableArray<(string Key, JsonObject Value)> Operations)
{
    /// <summary>Reads the lines of a body.</summary>
    public static async Task<CommitRequest> ReadAsync(Stream body, CancellationToken cancellation)
    {
        using var reader = new StreamReader(body);
        var lines = new List<(string Key, JsonObject Value)>();
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Length > 0)
            {
                lines.Add(Line(line));
            }
        }

        if (lines.Count == 0 || lines[0].Key != "header" || (string?)lines[0].Value["summary"] is not { Length: > 0 } summary)
        {
            throw HubError.BadRequest("The first line must be a header with a summary.");
        }

        var parent = (string?)lines[0].Value["parentCommit"];
        return parent is { Length: < 5 or > 40 } || parent?.All(char.IsAsciiHexDigitLower) == false
            ? throw HubError.BadRequest("\"parentCommit\" must be 5 to 40 hexadecimal digits.")
            : new(summary, (string?)lines[0].Value["description"] ?? "", parent, [.. lines.Skip(1)]);
    }

    private static (string Key, JsonObject Value) Line(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject json && (string?)json["key"] is { } key && json["value"] is JsonObject value
                ? (key, value)
                : throw HubError.BadRequest("Each line must be an object with a key and a value.");
        }
        catch (JsonException)
        {
            throw HubError.BadRequest("A line is not JSON.");
        }
    }
}
