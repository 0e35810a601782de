using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Data;

/// <summary>One item of a data file as a line of JSON.</summary>
/// <param name="Number">The line on which it begins, from 1.</param>
/// <param name="Json">The line.</param>
/// <param name="Mistake">Why it is none; null when it may be one.</param>
internal sealed record TaskLine(int Number, ReadOnlyMemory<byte> Json, string? Mistake = null)
{
    /// <summary>Whether the file tells numbers from texts; a field of a table does not.</summary>
    public bool IsTyped { get; init; } = true;
}

/// <summary>
/// The items of a data file: the lines of jsonl as they are, and the records of csv and tsv and the rows of Parquet as such lines. The
/// columns of a table are found by its <see cref="TableHead"/>.
/// </summary>
/// <param name="kind">What an item holds.</param>
internal sealed partial class TaskLines(TaskKind kind)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ImmutableArray<RowKey> keys = [.. kind.Row, RowKey.Group];

    /// <summary>The items in their order; blank lines are none.</summary>
    /// <param name="path">The file's name, whose ending tells its form.</param>
    /// <param name="text">Its content, without a byte-order mark.</param>
    public IEnumerable<TaskLine> Of(string path, ReadOnlyMemory<byte> text) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => Records(text, ','),
        ".tsv" => Records(text, '\t'),
        ".parquet" => new ParquetRows(keys).Of(text.ToArray()),
        ".json" when text.Span.TrimStart(" \t\r\n"u8).StartsWith("["u8) =>
            [new(1, default, "The file is one JSON array. Write each of its items on a line of its own, without commas between them, and call it .jsonl.")],
        _ => Lines(text),
    };

    /// <summary>The lines of a text; blank ones are none.</summary>
    public static IEnumerable<TaskLine> Lines(ReadOnlyMemory<byte> text)
    {
        for (var (start, number) = (0, 1); start <= text.Length; number++)
        {
            var length = text.Span[start..].IndexOf((byte)'\n') is >= 0 and var end ? end : text.Length - start;
            var line = text.Slice(start, length);
            if (!line.Span.Trim(" \t\r"u8).IsEmpty)
            {
                yield return new(number, line);
            }

            start += length + 1;
        }
    }

    private IEnumerable<TaskLine> Records(ReadOnlyMemory<byte> bytes, char separator)
    {
        string? text = null;
        var flaw = 0;
        try
        {
            text = Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException e)
        {
            flaw = e.Index;
        }

        if (text is null)
        {
            yield return new(bytes.Span[..flaw].Count((byte)'\n') + 1, default, "The line is not valid UTF-8. Save the file as UTF-8.");
            yield break;
        }

        // the line with which Excel tells itself the separator
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text is [_, _, _, _, _, '\r' or '\n', ..])
        {
            (separator, text) = (text[4], text[5..]);
        }

        TableHead? head = null;
        foreach (var record in new CsvRecords(text, separator).All())
        {
            var isFirst = head is null;
            head ??= new(keys, record);
            if (head.Mistake is { } mistake)
            {
                yield return new(record.Line, default, mistake);
                yield break;
            }

            if (!isFirst || !head.NamesColumns)
            {
                yield return Line(record, head.Columns);
            }
        }
    }

    private static TaskLine Line(CsvRecord record, ImmutableArray<RowKey?> columns)
    {
        if (record.Mistake is not null || record.Fields.Length != columns.Length)
        {
            return new(record.Line, default, record.Mistake ?? $"The record has {record.Fields.Length} fields, but the first one has {columns.Length}. Quote fields that contain a separator.");
        }

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (key, field) in columns.Zip(record.Fields).Where(column => column.First is { } key && (key.IsRequired || column.Second.Length > 0)))
            {
                writer.WritePropertyName(key!.Name);
                Write(writer, key.Form, field);
            }

            writer.WriteEndObject();
        }

        return new(record.Line, json.WrittenMemory) { IsTyped = false };
    }

    // what has not the form that its key asks for stays a text, which is refused like one of jsonl
    private static void Write(Utf8JsonWriter writer, RowForm form, string field)
    {
        if (form is RowForm.Texts && IsJson(field))
        {
            writer.WriteRawValue(field);
        }
        else if (form is RowForm.Number or RowForm.TextOrNumber && NumberForm().IsMatch(field.Trim()))
        {
            writer.WriteRawValue(field.Trim());
        }
        else
        {
            writer.WriteStringValue(field);
        }
    }

    private static bool IsJson(string field)
    {
        try
        {
            using var parsed = JsonDocument.Parse(field);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\z", RegexOptions.None, 1000)]
    private static partial Regex NumberForm();
}
