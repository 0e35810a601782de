using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Events;

/// <summary>The webhook's payload as the runner keeps it in a file; every value that is asked for must be there and have its form.</summary>
internal sealed class EventPayload
{
    private const long MaxLength = 32 * 1024 * 1024;

    private readonly JsonElement root;
    private readonly string path;

    private EventPayload(JsonElement root, string path) => (this.root, this.path) = (root, path);

    /// <summary>Reads a payload's file.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, or is no JSON object.</exception>
    public static EventPayload Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MaxLength)
            {
                throw Unreadable(path, $"It has {file.Length:N0} bytes; more than {MaxLength:N0} are not read.");
            }

            return new EventPayload(Parse(PlainFile.Read(path), path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    private static JsonElement Parse(byte[] text, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw Unreadable(path, JsonFlaw.Of(text));
        }
        catch (JsonException failure)
        {
            throw Unreadable(path, JsonFlaw.Of(text, failure), failure);
        }
    }

    /// <summary>A text by the keys that lead to it, separated by <c>/</c>.</summary>
    /// <exception cref="MergeOpsException">It is not there, or no text.</exception>
    public string Text(string keys) => FindText(keys) ?? throw Missing(keys, "a text");

    /// <summary>A text, or null where there is none.</summary>
    /// <exception cref="MergeOpsException">It holds half a character.</exception>
    public string? FindText(string keys)
    {
        try
        {
            return Find(keys) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
        }
        catch (InvalidOperationException half)
        {
            throw Unreadable(path, $"'{keys}' holds half a character.", half);
        }
    }

    /// <summary>A commit: 40 or 64 hex digits.</summary>
    /// <exception cref="MergeOpsException">It is not there, or not one.</exception>
    public string Commit(string keys) => FindText(keys) is { Length: 40 or 64 } text && text.All(char.IsAsciiHexDigitLower)
        ? text
        : throw Missing(keys, "a commit");

    /// <summary>A positive whole number.</summary>
    /// <exception cref="MergeOpsException">It is not there, or not one.</exception>
    public long Number(string keys) => Find(keys) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number > 0
        ? number
        : throw Missing(keys, "a positive number");

    /// <summary>The number of a pull request or an issue.</summary>
    /// <exception cref="MergeOpsException">It is not there, or not one.</exception>
    public int IssueNumber(string keys) => Number(keys) is <= int.MaxValue and var number ? (int)number : throw Missing(keys, "the number of a pull request or an issue");

    /// <summary>Whether a flag is set; one that is not there is not.</summary>
    public bool Is(string keys) => Find(keys) is { ValueKind: JsonValueKind.True };

    /// <summary>Whether something other than null is there.</summary>
    public bool Has(string keys) => Find(keys) is { ValueKind: not JsonValueKind.Null };

    private JsonElement? Find(string keys)
    {
        var found = root;
        foreach (var key in keys.Split('/'))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(key, out found))
            {
                return null;
            }
        }

        return found;
    }

    private MergeOpsException Missing(string keys, string what) => Unreadable(path, $"'{keys}' is not {what}.");

    private static MergeOpsException Unreadable(string path, string detail, Exception? cause = null) =>
        new(Codes.EventUnreadable, detail, SourceSpan.File(path), cause);
}
