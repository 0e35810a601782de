using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Data;

/// <summary>Reads one line of a task strictly: valid UTF-8, one object, no key but the known ones, each once.</summary>
internal sealed class TaskRowReader(TaskKind kind)
{
    private readonly ImmutableArray<RowKey> keys = [.. kind.Row, RowKey.Group];

    /// <summary>The item, or null and what is wrong with the line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbersAreTexts">Whether a number stands for its text where a key takes both.</param>
    public (TaskItem? Item, string Mistake) Read(ReadOnlySpan<byte> line, bool numbersAreTexts = false)
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
            return ReadObject(line, numbersAreTexts);
        }
        catch (JsonException e)
        {
            return (null, $"The line is not a JSON object. {JsonFlaw.Of(line, e)}");
        }
        catch (InvalidOperationException)
        {
            // what the framework throws for an escape such as \ud800
            return (null, "A text contains an unpaired surrogate, which is not a character.");
        }
    }

    private (TaskItem? Item, string Mistake) ReadObject(ReadOnlySpan<byte> line, bool numbersAreTexts)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 2 });
        var values = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return (null, $"The line is not an object. Write {{{string.Join(", ", kind.Row.Select(Example))}}}.");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            if (keys.FirstOrDefault(known => known.Name == name) is not { } key)
            {
                return (null, $"Unknown key '{name}'; an item has {Listed()}.{NearestName.Suggestion(name, keys.Select(known => known.Name))}");
            }

            if (!seen.Add(name))
            {
                return (null, $"The key '{name}' occurs twice.");
            }

            reader.Read();
            if (reader.TokenType == JsonTokenType.Null && !key.IsRequired)
            {
                continue;
            }

            if (ReadValue(ref reader, key.Form) is not { } value)
            {
                return (null, $"The value of '{name}' is not {Described(key.Form)}.");
            }

            _ = reader.TokenType == JsonTokenType.Number && !numbersAreTexts && numbers.Add(name);
            values.Add(name, value);
        }

        // a second value on the line is an error of the reader
        reader.Read();
        return Incomplete(values) is { } mistake ? (null, mistake) : kind.Read(new(values, numbers));
    }

    // null where the value has another form
    private static ImmutableArray<string>? ReadValue(ref Utf8JsonReader reader, RowForm form)
    {
        if (reader.TokenType == JsonTokenType.String && form is (RowForm.Text or RowForm.TextOrNumber))
        {
            return [reader.GetString()!];
        }

        if (reader.TokenType == JsonTokenType.Number && form is (RowForm.TextOrNumber or RowForm.Number))
        {
            return [Encoding.UTF8.GetString(reader.ValueSpan)];
        }

        if (reader.TokenType != JsonTokenType.StartArray || form is not RowForm.Texts)
        {
            return null;
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return null;
            }

            texts.Add(reader.GetString()!);
        }

        return texts.ToImmutable();
    }

    private string? Incomplete(Dictionary<string, ImmutableArray<string>> values)
    {
        foreach (var key in keys)
        {
            var isThere = values.TryGetValue(key.Name, out var value);
            if (key.IsRequired && !isThere)
            {
                return $"The item has no '{key.Name}'.";
            }

            if (key.IsRequired && value.IsEmpty)
            {
                return $"The item's '{key.Name}' is an empty list.";
            }

            if (isThere && value.Contains(""))
            {
                return key == RowKey.Group ? $"The item's '{key.Name}' is empty. Leave the key out for an item without related ones."
                    : key.Form is RowForm.Texts ? $"A text of '{key.Name}' is empty."
                    : $"The item's '{key.Name}' is empty.";
            }
        }

        return null;
    }

    private string Listed()
    {
        var named = keys.ToLookup(key => key.IsRequired, key => $"'{key.Name}'");
        return $"{string.Join(", ", named[true])} and optionally {string.Join(", ", named[false])}";
    }

    private static string Example(RowKey key) => $"\"{key.Name}\": {(key.Form switch { RowForm.Texts => "[\"…\", \"…\"]", RowForm.Number => "…", _ => "\"…\"" })}";

    private static string Described(RowForm form) => form switch
    {
        RowForm.Texts => "a list of texts",
        RowForm.Number => "a number",
        RowForm.TextOrNumber => "a text or a number",
        _ => "a text",
    };
}
