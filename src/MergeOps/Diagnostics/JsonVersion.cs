using System.Text.Json;

namespace MergeOps.Diagnostics;

/// <summary>The version that a JSON file of this program says it has, whatever else it holds.</summary>
internal static class JsonVersion
{
    /// <summary>The number of its member <c>version</c>; null when it has none, or is no JSON.</summary>
    public static int? Of(ReadOnlySpan<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonFlaw.WithoutMark(text).ToArray());
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("version", out var version)
                && version.ValueKind is JsonValueKind.Number
                && version.TryGetInt32(out var number)
                    ? number
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
