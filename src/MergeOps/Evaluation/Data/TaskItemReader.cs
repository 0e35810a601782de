using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MergeOps.Diagnostics;

namespace MergeOps.Evaluation.Data;

/// <summary>Reads one line of a task strictly: valid UTF-8, one object, no key but the known ones, each once.</summary>
internal static class TaskItemReader
{
    private static readonly string[] Keys = ["prompt", "answer", "group"];

    /// <summary>The item, or null and what is wrong with the line.</summary>
    public static (TaskItem? Item, string Mistake) Read(ReadOnlySpan<byte> line)
    {
        if (line.Length > TaskDataReader.MaxLineBytes)
        {
            return (null, $"The line has {line.Length:N0} bytes; at most {TaskDataReader.MaxLineBytes:N0} are read.");
        }

        if (!Utf8.IsValid(line))
        {
            return (null, "The line is not valid UTF-8. Save the file as UTF-8.");
        }

        try
        {
            return ReadObject(line);
        }
        catch (JsonException e)
        {
            return (null, $"The line is not a JSON object, as byte {e.BytePositionInLine + 1} shows: {FirstSentence(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            // what the framework throws for an escape such as \ud800
            return (null, "A text holds half of a surrogate pair, which is no character.");
        }
    }

    private static (TaskItem? Item, string Mistake) ReadObject(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 2 });
        string? prompt = null, answer = null, group = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return (null, "The line is not an object. Write {\"prompt\": \"…\", \"answer\": \"…\"}.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            if (!Keys.Contains(key, StringComparer.Ordinal))
            {
                return (null, $"Unknown key '{key}'; an item has 'prompt', 'answer' and optionally 'group'.{NearestName.Suggestion(key, Keys)}");
            }

            if (!seen.Add(key))
            {
                return (null, $"The key '{key}' stands twice.");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.String && !(key == "group" && reader.TokenType is (JsonTokenType.Number or JsonTokenType.Null)))
            {
                return (null, $"The value of '{key}' is not a text.");
            }

            ref var place = ref key == "prompt" ? ref prompt : ref key == "answer" ? ref answer : ref group;
            place = reader.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(reader.ValueSpan) : reader.GetString();
        }

        // a second value on the line is an error of the reader
        reader.Read();
        return (prompt, answer, group) switch
        {
            (null or "", _, _) => (null, "The item has no 'prompt'."),
            (_, null or "", _) => (null, "The item has no 'answer'."),
            (_, _, "") => (null, "The item's 'group' is empty. Leave the key out where an item has no relatives."),
            _ => (new TaskItem(prompt, answer, group), ""),
        };
    }

    private static string FirstSentence(string message) => message.Split(" LineNumber", 2)[0];
}
