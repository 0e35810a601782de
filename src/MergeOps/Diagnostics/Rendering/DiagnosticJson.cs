using System.Text.Encodings.Web;
using System.Text.Json;

namespace MergeOps.Diagnostics.Rendering;

/// <summary>Findings for machines; a place that is unknown is <c>null</c>.</summary>
internal static class DiagnosticJson
{
    /// <summary>Indented, and quotes stay readable: the text goes to a terminal or a file, never into HTML.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the member <c>diagnostics</c>.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<Diagnostic> diagnostics)
    {
        json.WriteStartArray("diagnostics");
        foreach (var diagnostic in diagnostics)
        {
            Write(json, diagnostic);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject();
        json.WriteString("code", diagnostic.Code.Id);
        json.WriteString("severity", diagnostic.Severity.Word());
        json.WriteString("summary", diagnostic.Code.Summary);
        json.WriteString("detail", TerminalText.Escape(diagnostic.Detail, keepLines: true));
        json.WriteString("path", diagnostic.Span is { } span ? TerminalText.Escape(span.Path) : null);
        var place = diagnostic.Span is { HasPosition: true } ? diagnostic.Span : null;
        WriteNumber(json, "line", place?.Line);
        WriteNumber(json, "column", place?.Column);
        WriteNumber(json, "endLine", place?.EndLine);
        WriteNumber(json, "endColumn", place?.EndColumn);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
