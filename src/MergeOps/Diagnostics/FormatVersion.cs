using System.Text.Json;

namespace MergeOps.Diagnostics;

/// <summary>
/// The versions of this program's files. Each format is one class with <c>Write</c>, <c>Read</c> and the version that it
/// writes; it reads every version that ever was, and refuses a newer one by name.
/// </summary>
internal static class FormatVersion
{
    /// <summary>Sentences for a file whose version is not read.</summary>
    /// <param name="version">The version that it has.</param>
    /// <param name="newest">The version that is written.</param>
    /// <param name="oldest">The first version that is read.</param>
    public static string Refusal(int version, int newest, int oldest = 1) =>
        $"It has version {version}; this program reads {(oldest == newest ? $"version {newest}" : $"versions {oldest} to {newest}")}.{(version > newest ? " Update MergeOps." : "")}";

    /// <summary>The number of the member <c>version</c> of a JSON file, whatever else it holds; null when it has none, or is no JSON.</summary>
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
