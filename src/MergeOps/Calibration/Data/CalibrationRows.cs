using System.Collections.Immutable;
using System.Globalization;
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
    private const string Forms = "A row has \"text\"; \"prompt\" with \"completion\", \"answer\" or \"label\"; \"sentence1\" and \"sentence2\"; or \"messages\".";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly ImmutableArray<RowKey> Columns =
        [.. new[] { "text", "prompt", "completion", "answer", "sentence1", "sentence2" }.Select(name => Column(name, RowForm.Text)), Column("label", RowForm.TextOrNumber)];

    private static readonly string[] Completions = ["completion", "answer"];
    private static readonly string[] Sentences = ["sentence1", "sentence2"];

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
            diagnostics.Error(Codes.EvaluationDataSize, $"'{file.Value}' holds no item.", file.Span);
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
                    Add(items, line.Number, name => row.RootElement.TryGetProperty(name, out var value) ? value : null);
                }
                else
                {
                    Refuse($"The line is no JSON object. {Forms}", line.Number);
                }
            }
            catch (JsonException flaw)
            {
                Refuse($"The line is not a JSON object. {JsonFlaw.Of(line.Json.Span, flaw)}", line.Number);
            }
            catch (InvalidOperationException)
            {
                // what the framework throws for an escape such as \ud800
                Refuse("A text contains half of a surrogate pair, which is not a character.", line.Number);
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
                Refuse(record.Mistake ?? $"The record has {record.Fields.Length} fields, and the first one {columns.Count}. A field with a separator in it must be quoted.", record.Line);
            }
            else
            {
                using var fields = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(columns.ToDictionary(column => column.Key, column => record.Fields[column.Value])));
                Add(items, record.Line, name => fields.RootElement.TryGetProperty(name, out var value) && value.GetString() is not "" ? value : null);
            }
        }

        return items.ToImmutable();
    }

    private void Add(ImmutableArray<CalibrationItem>.Builder items, int line, Func<string, JsonElement?> find)
    {
        var place = $"line {line} of '{file.Value}'";
        if (find("messages") is { } messages)
        {
            if (MessagesOf(messages) is { } conversation)
            {
                items.Add(new ConversationItem(place, conversation));
            }
            else
            {
                Refuse("'messages' is a list of two or more objects with the texts \"role\" and \"content\".", line);
            }
        }
        else if (find("prompt") is { } prompt)
        {
            AddPrompt(items, place, line, prompt, find);
        }
        else if (find("text") is { } text)
        {
            AddText(items, place, line, text, "text");
        }
        else if (Sentences.All(name => find(name) is not null))
        {
            foreach (var name in Sentences)
            {
                AddText(items, place, line, find(name)!.Value, name);
            }
        }
        else
        {
            Refuse(Forms, line);
        }
    }

    private void AddText(ImmutableArray<CalibrationItem>.Builder items, string place, int line, JsonElement value, string name)
    {
        if (TextOf(value) is { } text)
        {
            items.Add(new TextItem(place, text));
        }
        else
        {
            Refuse($"The value of '{name}' is not a text with something in it.", line);
        }
    }

    private void AddPrompt(ImmutableArray<CalibrationItem>.Builder items, string place, int line, JsonElement prompt, Func<string, JsonElement?> find)
    {
        var name = Completions.FirstOrDefault(key => find(key) is not null);
        var label = find("label");
        if (TextOf(prompt) is not { } text)
        {
            Refuse("The value of 'prompt' is not a text with something in it.", line);
        }
        else if (name is not null)
        {
            if (TextOf(find(name)!.Value) is { } completion)
            {
                items.Add(new PromptItem(place, text, completion));
            }
            else
            {
                Refuse($"The value of '{name}' is not a text with something in it.", line);
            }
        }
        else if (label is { } given)
        {
            if (LabelOf(given) is { } known)
            {
                items.Add(new PromptItem(place, text, delimiter + known));
            }
            else
            {
                Refuse(labels.IsEmpty ? "The row has a 'label', and 'calibration' names no 'labels'." : $"The 'label' is none of {string.Join(", ", labels.Select(TerminalText.Quoted))}, and no number from 0 to {labels.Length - 1}.", line);
            }
        }
        else
        {
            items.Add(labels.IsEmpty ? new TextItem(place, text) : new PromptItem(place, text, null));
        }
    }

    private string? LabelOf(JsonElement label)
    {
        var text = label.ValueKind is JsonValueKind.Number ? label.GetRawText() : TextOf(label);
        return text is null ? null
            : labels.Contains(text) ? text
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < labels.Length ? labels[number] : null;
    }

    private static ImmutableArray<(string Role, string Content)>? MessagesOf(JsonElement list)
    {
        if (list.ValueKind is not JsonValueKind.Array)
        {
            return null;
        }

        var messages = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var message in list.EnumerateArray())
        {
            if (message.ValueKind is not JsonValueKind.Object || !message.TryGetProperty("role", out var role) || !message.TryGetProperty("content", out var content)
                || TextOf(role) is not { } speaker || TextOf(content) is not { } said)
            {
                return null;
            }

            messages.Add((speaker, said));
        }

        return messages.Count > 1 ? messages.ToImmutable() : null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private bool IsTooMuch(int items, int line)
    {
        if (items >= TaskDataReader.MaxItems)
        {
            diagnostics.Error(Codes.EvaluationDataSize, $"This is item {items + 1}; a file has at most {TaskDataReader.MaxItems}.", WholeLine(line));
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
