using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.ChatTemplates;

namespace MergeOps.Evaluation.Data;

/// <summary>One row of a data set.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Fields">Its fields; null when the row is none.</param>
/// <param name="Mistake">Why not.</param>
internal sealed record HarnessDocument(int Line, Mapping? Fields, string Mistake = "");

/// <summary>Reads the rows of a local data set with the types that Hugging Face's datasets gives them.</summary>
internal static class HarnessDocuments
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // pandas, which reads CSV there, makes other values of these
    private static readonly ImmutableArray<string> NotTexts =
        ["", "#N/A", "#N/A N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"];

    /// <summary>The rows of JSON: a list of objects, or an object on each line.</summary>
    public static IEnumerable<HarnessDocument> OfJson(ReadOnlyMemory<byte> text)
    {
        if (!Utf8.IsValid(text.Span))
        {
            return [new(1, null, "The file is not valid UTF-8. Save it as UTF-8.")];
        }

        return text.Span.TrimStart(" \t\r\n"u8).StartsWith("["u8) ? OfList(text.Span) : TaskLines.Lines(text).Select(line => OfLine(line.Number, line.Json));
    }

    /// <summary>The rows of CSV; the first record names the fields.</summary>
    public static IEnumerable<HarnessDocument> OfCsv(ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            return [new(1, null, "The file is not valid UTF-8. Save it as UTF-8.")];
        }

        List<CsvRecord> records = [.. new CsvRecords(Strict.GetString(bytes.Span), ',').All()];
        if (records.Count == 0)
        {
            return [];
        }

        var head = records[0];
        if (head.Mistake is not null || head.Fields.Distinct(StringComparer.Ordinal).Count() != head.Fields.Length)
        {
            return [new(head.Line, null, head.Mistake ?? "The first line names a column twice.")];
        }

        records.RemoveAt(0);
        var whole = head.Fields.Select((_, column) => records.TrueForAll(record => column < record.Fields.Length && IsWhole(record.Fields[column]))).ToArray();
        return records.Select(record => OfRecord(record, head.Fields, whole));
    }

    private static HarnessDocument OfRecord(CsvRecord record, ImmutableArray<string> names, bool[] whole)
    {
        if (record.Mistake is not null || record.Fields.Length != names.Length)
        {
            return new(record.Line, null, record.Mistake ?? $"The record has {record.Fields.Length} fields, but the first one has {names.Length}. Quote fields that contain a separator.");
        }

        var fields = new Mapping();
        foreach (var (column, field) in record.Fields.Index())
        {
            if (!whole[column] && IsDoubtful(field))
            {
                return new(record.Line, null, $"'{names[column]}' is {(field.Length == 0 ? "empty" : TerminalText.Quoted(field))}, which the harness reads as another value in some columns. Write the data as jsonl.");
            }

            fields.Set(names[column], whole[column] ? long.Parse(field, CultureInfo.InvariantCulture) : field);
        }

        return new(record.Line, fields);
    }

    private static bool IsWhole(string field) =>
        long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == field;

    private static bool IsDoubtful(string field) =>
        NotTexts.Contains(field) || double.TryParse(field, CultureInfo.InvariantCulture, out _) || bool.TryParse(field, out _);

    private static HarnessDocument OfLine(int number, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            return Of(number, parsed.RootElement);
        }
        catch (JsonException e)
        {
            return new(number, null, $"The line is not a JSON object. {JsonFlaw.Of(line.Span, e)}");
        }
    }

    private static List<HarnessDocument> OfList(ReadOnlySpan<byte> text)
    {
        var documents = new List<HarnessDocument>();
        var reader = new Utf8JsonReader(text);
        var (line, counted) = (1, 0);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                line += text[counted..(int)reader.TokenStartIndex].Count((byte)'\n');
                counted = (int)reader.TokenStartIndex;
                using var parsed = JsonDocument.ParseValue(ref reader);
                documents.Add(Of(line, parsed.RootElement));
            }

            // anything behind the list is an error of the reader
            reader.Read();
        }
        catch (JsonException e)
        {
            documents.Add(new((int)(e.LineNumber ?? 0) + 1, null, $"The file is not a list of objects. {JsonFlaw.Of(text, e)}"));
        }

        return documents;
    }

    private static HarnessDocument Of(int line, JsonElement json)
    {
        try
        {
            return TemplateJson.Value(json) is Mapping fields ? new(line, fields) : new(line, null, "The row is not an object.");
        }
        catch (TemplateFault fault)
        {
            return new(line, null, $"{fault.Message}.");
        }
        catch (InvalidOperationException)
        {
            // what the framework throws for an escape such as \ud800
            return new(line, null, "A text contains an unpaired surrogate, which is not a character.");
        }
    }
}
