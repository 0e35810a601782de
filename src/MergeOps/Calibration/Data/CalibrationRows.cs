using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;

namespace MergeOps.Calibration.Data;

/// <summary>
/// The items of one file. A row has one of the forms of evaluation tasks, and other columns are passed over, for data sets of
/// the Hub have many; a <c>.txt</c> file is one document.
/// </summary>
/// <param name="file">The file as the recipe names it.</param>
/// <param name="labels">What a label's number stands for.</param>
/// <param name="delimiter">What stands between a prompt and a label.</param>
/// <param name="diagnostics">Takes the mistakes.</param>
internal sealed class CalibrationRows(Located<string> file, ImmutableArray<string> labels, string delimiter, DiagnosticBag diagnostics)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly ImmutableArray<RowKey> Columns =
        [.. new[] { "text", "prompt", "completion", "answer", "sentence1", "sentence2" }.Select(name => Column(name, RowForm.Text)), Column("label", RowForm.TextOrNumber)];

    private int mistakes;

    // named as the user would name it from where the recipe was named
    private string PathOfFile => HubFileReference.IsOne(file.Value) ? file.Value : Path.Join(Path.GetDirectoryName(file.Span.Path), file.Value);

    /// <summary>The items in their order.</summary>
    /// <param name="bytes">The file's content, without a byte-order mark.</param>
    public ImmutableArray<CalibrationItem> Read(ReadOnlyMemory<byte> bytes)
    {
        if (Path.GetExtension(file.Value).Equals(".parquet", StringComparison.OrdinalIgnoreCase))
        {
            return NotEmpty(OfLines(new ParquetRows(Columns).Of(bytes.ToArray())));
        }

        string text;
        try
        {
            text = Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException flaw)
        {
            diagnostics.Error(Codes.CalibrationItemMalformed, $"'{file.Value}' is not valid UTF-8 at byte {flaw.Index + 1}. Save the file as UTF-8.", file.Span);
            return [];
        }

        return NotEmpty(Path.GetExtension(file.Value).ToLowerInvariant() switch
        {
            ".txt" => string.IsNullOrWhiteSpace(text) ? [] : [new DocumentItem($"'{file.Value}'", text)],
            ".csv" => OfTable(text, ','),
            ".tsv" => OfTable(text, '\t'),
            _ => OfLines(TaskLines.Lines(bytes)),
        });
    }

    private static RowKey Column(string name, RowForm form) => new(name, form, "") { IsRequired = false };

    private ImmutableArray<CalibrationItem> NotEmpty(ImmutableArray<CalibrationItem> items)
    {
        if (items.IsEmpty && mistakes == 0)
        {
            diagnostics.Error(Codes.EvaluationDataSize, $"'{file.Value}' holds no items.", file.Span);
        }

        return items;
    }

    private ImmutableArray<CalibrationItem> OfLines(IEnumerable<TaskLine> lines)
    {
        var items = ImmutableArray.CreateBuilder<CalibrationItem>();
        foreach (var line in lines)
        {
            if (IsTooMuch(items.Count, line.Number))
            {
                break;
            }

            if ((line.Mistake ?? (line.Json.Length > TaskDataReader.MaxLineBytes ? TooLong(line) : null)) is { } mistake)
            {
                Refuse(mistake, line.Number);
                continue;
            }

            try
            {
                using var row = JsonDocument.Parse(line.Json);
                if (row.RootElement.ValueKind is JsonValueKind.Object)
                {
                    items.AddRange(ItemsOf(line.Number, name => row.RootElement.TryGetProperty(name, out var value) ? value : null));
                }
                else
                {
                    Refuse($"The line is not a JSON object. {CalibrationForms.Words}", line.Number);
                }
            }
            catch (JsonException flaw)
            {
                Refuse($"The line is not a JSON object. {JsonFlaw.Of(line.Json.Span, flaw)}", line.Number);
            }
            catch (InvalidOperationException)
            {
                // what the framework throws for an escape such as \ud800
                Refuse("A text contains an unpaired surrogate, which is not a character.", line.Number);
            }
        }

        return items.ToImmutable();
    }

    private static string TooLong(TaskLine line) => $"The line has {line.Json.Length:N0} bytes; at most {TaskDataReader.MaxLineBytes:N0} are read.";

    private ImmutableArray<CalibrationItem> OfTable(string text, char separator)
    {
        var items = ImmutableArray.CreateBuilder<CalibrationItem>();
        Dictionary<string, int>? columns = null;
        foreach (var record in new CsvRecords(text, separator).All())
        {
            if (IsTooMuch(items.Count, record.Line))
            {
                break;
            }

            if (columns is null)
            {
                columns = record.Fields.Index().DistinctBy(field => field.Item.Trim()).ToDictionary(field => field.Item.Trim(), field => field.Index, StringComparer.Ordinal);
            }
            else if (record.Mistake is not null || record.Fields.Length < columns.Count)
            {
                Refuse(record.Mistake ?? $"The record has {record.Fields.Length} fields, but the first one has {columns.Count}. Quote fields that contain a separator.", record.Line);
            }
            else
            {
                using var fields = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(columns.ToDictionary(column => column.Key, column => record.Fields[column.Value])));
                items.AddRange(ItemsOf(record.Line, name => fields.RootElement.TryGetProperty(name, out var value) && value.GetString() is not "" ? value : null));
            }
        }

        return items.ToImmutable();
    }

    private IEnumerable<CalibrationItem> ItemsOf(int line, Func<string, JsonElement?> find) =>
        new CalibrationForms(labels, delimiter, mistake => Refuse(mistake, line)).Of($"line {line} of '{file.Value}'", find);

    private bool IsTooMuch(int items, int line)
    {
        if (items >= TaskDataReader.MaxItems)
        {
            diagnostics.Error(Codes.EvaluationDataSize, $"This is item {items + 1}; a file may hold at most {TaskDataReader.MaxItems}.", WholeLine(line));
            mistakes++;
            return true;
        }

        return mistakes == TaskDataReader.MaxMistakes;
    }

    private void Refuse(string mistake, int line)
    {
        mistakes++;
        diagnostics.Error(Codes.CalibrationItemMalformed, mistake, WholeLine(line));
    }

    private SourceSpan WholeLine(int line) => new(PathOfFile, line, 1, line, 1);
}
