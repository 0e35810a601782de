using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;
using MergeOps.Tokenizers.ChatTemplates;

namespace MergeOps.Evaluation.Data;

/// <summary>Makes the items of a task file of lm-evaluation-harness from the rows of its data, as the harness does.</summary>
internal sealed class HarnessItems
{
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DiagnosticBag diagnostics;
    private readonly bool hasChoices;
    private readonly bool isDocument;
    private readonly Source? description;
    private readonly Source? text;
    private readonly Source? target;
    private readonly Source? choices;

    /// <summary>Reads what items are made of.</summary>
    /// <param name="file">The file.</param>
    /// <param name="form">What is made; null when nothing is.</param>
    /// <param name="diagnostics">Takes the mistakes.</param>
    /// <param name="named">How messages call the file.</param>
    public HarnessItems(HarnessFile file, HarnessForm? form, DiagnosticBag diagnostics, string named)
    {
        this.diagnostics = diagnostics;
        hasChoices = form?.OutputType == HarnessForm.Choices;
        isDocument = form?.OutputType == HarnessForm.Document;
        description = Read(file, "description", isRequired: false, named);
        text = Read(file, "doc_to_text", isRequired: form is not null && !isDocument, named);
        target = Read(file, "doc_to_target", isRequired: form is not null, named);
        choices = Read(file, "doc_to_choice", isRequired: hasChoices, named);
        if (form is not null && !hasChoices && choices is not null)
        {
            diagnostics.Error(Codes.HarnessTaskUnusable, $"'doc_to_choice' belongs to 'output_type: {HarnessForm.Choices}'.", HarnessFile.PlaceOf(file.Entries["doc_to_choice"].Key));
        }
    }

    /// <summary>The items as lines of their kind; rows that give none say why.</summary>
    public IEnumerable<TaskLine> LinesOf(IEnumerable<HarnessDocument> documents)
    {
        List<HarnessDocument> rows = [.. documents];
        // a value that is the name of a column is that column, and a template otherwise
        var columns = rows.SelectMany(row => row.Fields?.Keys ?? []).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            yield return row.Fields is { } fields ? LineOf(row.Line, fields, columns) : new(row.Line, default, row.Mistake);
        }
    }

    private TaskLine LineOf(int number, Mapping fields, HashSet<string> columns)
    {
        try
        {
            var json = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(json, Written))
            {
                writer.WriteStartObject();
                if (!isDocument)
                {
                    writer.WriteString("prompt", (description?.Text is "" or null ? "" : Rendered(description, fields)) + Prompt(fields, columns));
                }

                List<string> offered = hasChoices ? [.. Choices(fields, columns)] : [];
                if (hasChoices)
                {
                    writer.WriteStartArray("choices");
                    foreach (var choice in offered)
                    {
                        writer.WriteStringValue(choice);
                    }

                    writer.WriteEndArray();
                }

                writer.WritePropertyName(isDocument ? "text" : "answer");
                WriteTarget(writer, fields, columns, offered);
                writer.WriteEndObject();
            }

            return new(number, json.WrittenMemory);
        }
        catch (TemplateFault fault)
        {
            return new(number, default, fault.Message is [.., '.' or '?'] ? fault.Message : $"{fault.Message}.");
        }
    }

    private string Prompt(Mapping fields, HashSet<string> columns)
    {
        if (columns.Contains(text!.Text))
        {
            return Field(fields, text.Text) as string ?? throw new TemplateFault($"'{text.Text}' is not text, as 'doc_to_text' must be");
        }

        var rendered = Rendered(text, fields);
        return hasChoices && IsNumber(rendered) ? throw new TemplateFault("'doc_to_text' gives a number, which the harness would take as the number of a choice") : rendered;
    }

    private IEnumerable<string> Choices(Mapping fields, HashSet<string> columns)
    {
        if (choices!.List is { } list)
        {
            return list;
        }

        var value = columns.Contains(choices.Text) ? Field(fields, choices.Text)
            : choices.Template is { IsExpression: true } template ? template.Value(fields)
            : throw new TemplateFault("'doc_to_choice' must be the name of a field, a list, or one expression such as {{[first, second]}}");
        return value is Sequence sequence && sequence.Items.All(item => item is string)
            ? sequence.Items.Cast<string>()
            : throw new TemplateFault("'doc_to_choice' gives no list of texts");
    }

    private void WriteTarget(Utf8JsonWriter writer, Mapping fields, HashSet<string> columns, List<string> offered)
    {
        if (target!.IsNumber)
        {
            writer.WriteRawValue(NumberOf("doc_to_target", target.Text, offered));
            return;
        }

        if (columns.Contains(target.Text))
        {
            switch (Field(fields, target.Text))
            {
                case string written:
                    writer.WriteStringValue(hasChoices ? TextOf(target.Text, written, offered) : written);
                    return;
                case long number when hasChoices:
                    writer.WriteRawValue(NumberOf(target.Text, number.ToString(CultureInfo.InvariantCulture), offered));
                    return;
                default:
                    throw new TemplateFault($"'{target.Text}' is {(hasChoices ? "neither a text nor a whole number" : "no text")}, as 'doc_to_target' must be");
            }
        }

        var rendered = Rendered(target, fields);
        if (hasChoices && IsNumber(rendered))
        {
            writer.WriteRawValue(long.TryParse(rendered, CultureInfo.InvariantCulture, out var number) && (rendered == "0" || rendered[0] != '0')
                ? NumberOf("doc_to_target", number.ToString(CultureInfo.InvariantCulture), offered)
                : throw new TemplateFault($"'doc_to_target' gives {TerminalText.Quoted(rendered)}, which is not a number in Python"));
            return;
        }

        writer.WriteStringValue(rendered is ['[', .., ']'] ? throw new TemplateFault("'doc_to_target' gives a list, but only a single right answer is supported here") : hasChoices ? TextOf("doc_to_target", rendered, offered) : rendered);
    }

    // said with the name that the file and its data have for it
    private static string NumberOf(string named, string number, List<string> offered) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < offered.Count
            ? number
            : throw new TemplateFault($"'{named}' is {number}; choices are numbered from 0 to {offered.Count - 1}");

    private static string TextOf(string named, string text, List<string> offered) => offered.Contains(text)
        ? text
        : throw new TemplateFault($"'{named}' is {TerminalText.Quoted(text)}, which is not one of the choices.{NearestName.Suggestion(text, offered)}");

    private static string Rendered(Source source, Mapping fields) => source.Template!.Render(fields);

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsDigit);

    private static object? Field(Mapping fields, string name) => fields.TryGet(name, out var value) ? value : throw new TemplateFault($"The item has no '{name}'");

    private Source? Read(HarnessFile file, string key, bool isRequired, string named)
    {
        if (file.Entries.GetValueOrDefault(key) is not { } entry || CoreSchema.IsNull(entry.Value))
        {
            if (isRequired)
            {
                diagnostics.Error(Codes.HarnessTaskUnusable, $"The file has no '{key}'.", SourceSpan.File(named));
            }

            return null;
        }

        var mistake = (key, entry.Value) switch
        {
            ("doc_to_choice", YamlSequence { Items: var items }) => items.Select(ChoiceMistake).FirstOrDefault(found => found is not null),
            ("doc_to_target", YamlScalar { IsPlain: true } number) when hasChoices && number.Text.All(char.IsAsciiDigit) => number.Text is "0" || number.Text[0] != '0' ? null : "is read as a different number. Write it without the leading 0",
            (_, YamlScalar scalar) => TextMistake(scalar),
            _ => $"must be text; this is {ValueReader.Describe(entry.Value)}",
        };
        if (mistake is null)
        {
            try
            {
                return SourceOf(entry.Value);
            }
            catch (TemplateFault fault)
            {
                mistake = $"cannot be rendered: {fault.Message.TrimEnd('.')}{(fault.Line > 1 ? $" (line {fault.Line} of the template)" : "")}";
            }
        }

        diagnostics.Error(Codes.HarnessTaskUnusable, $"'{key}' {mistake}.", HarnessFile.PlaceOf(entry.Value));
        return null;
    }

    private static Source SourceOf(YamlNode node) => node is YamlSequence { Items: var items }
        ? new("", null) { List = [.. items.Cast<YamlScalar>().Select(item => item.Text)] }
        : (YamlScalar)node is { IsPlain: true } number && number.Text.All(char.IsAsciiDigit)
            ? new(number.Text, null) { IsNumber = true }
            : new(((YamlScalar)node).Text, HarnessTemplate.Parse(((YamlScalar)node).Text));

    private static string? ChoiceMistake(YamlNode node) => node is not YamlScalar scalar
        ? $"must be a list of texts, and has {ValueReader.Describe(node)}"
        : scalar.Text.Contains("{{", StringComparison.Ordinal)
            ? "is a list, whose texts the harness does not render. Write one expression such as '{{[first, second]}}'"
            : TextMistake(scalar);

    // PyYAML, which the harness reads with, makes other values of these
    private static string? TextMistake(YamlScalar scalar) =>
        scalar.IsPlain && (CoreSchema.IsNull(scalar) || CoreSchema.Flag(scalar) is not null || CoreSchema.IsOldFlag(scalar) || CoreSchema.Number(scalar.Text) is not null)
            ? $"has {TerminalText.Quoted(scalar.Text)}, which Python does not read as text. Put it in quotes"
            : null;

    /// <summary>What a key says.</summary>
    /// <param name="Text">The text.</param>
    /// <param name="Template">The text as a template; null where it is none.</param>
    private sealed record Source(string Text, HarnessTemplate? Template)
    {
        public ImmutableArray<string>? List { get; init; }

        public bool IsNumber { get; init; }
    }
}
