using System.Text;
using System.Text.Json;

namespace MergeOps.Diagnostics.Rendering;

/// <summary>SARIF 2.1.0, as code scanning reads it; columns are in code points.</summary>
internal sealed class SarifRenderer : IDiagnosticRenderer
{
    /// <inheritdoc/>
    public string Format => "sarif";

    /// <inheritdoc/>
    public void Write(IEnumerable<Diagnostic> diagnostics, TextWriter output)
    {
        Diagnostic[] found = [.. diagnostics];
        DiagnosticCode[] rules = [.. found.Select(d => d.Code).Distinct().OrderBy(code => code.Id, StringComparer.Ordinal)];

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, DiagnosticJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            json.WriteString("columnKind", "unicodeCodePoints");
            WriteTool(json, rules);
            json.WriteStartArray("results");
            foreach (var diagnostic in found)
            {
                WriteResult(json, diagnostic, Array.IndexOf(rules, diagnostic.Code));
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteTool(Utf8JsonWriter json, DiagnosticCode[] rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "MergeOps");
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            WriteText(json, "shortDescription", rule.Summary);
            WriteHelp(json, rule);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteHelp(Utf8JsonWriter json, DiagnosticCode rule)
    {
        if (CodePage.AddressOf(rule) is { } address)
        {
            json.WriteString("helpUri", address);
        }

        if (CodePage.Find(rule) is { } page)
        {
            WriteText(json, "fullDescription", $"{page.When} {page.Why}");
            json.WriteStartObject("help");
            json.WriteString("text", page.Advice);
            json.WriteString("markdown", page.Text);
            json.WriteEndObject();
        }
    }

    private static void WriteResult(Utf8JsonWriter json, Diagnostic diagnostic, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", diagnostic.Code.Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", diagnostic.Severity is Severity.Accepted ? Severity.Note.Word() : diagnostic.Severity.Word());
        WriteText(json, "message", diagnostic.Message());
        json.WriteStartArray("locations");
        if (diagnostic.Span is { } span)
        {
            WriteLocation(json, span);
        }

        json.WriteEndArray();
        if (diagnostic.Severity is Severity.Accepted)
        {
            WriteSuppression(json, diagnostic.Message());
        }

        json.WriteEndObject();
    }

    private static void WriteSuppression(Utf8JsonWriter json, string reason)
    {
        json.WriteStartArray("suppressions");
        json.WriteStartObject();
        json.WriteString("kind", "inSource");
        json.WriteString("justification", reason);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter json, SourceSpan span)
    {
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(span.Path));
        json.WriteEndObject();
        if (span.HasPosition)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", span.Line);
            json.WriteNumber("startColumn", span.Column);
            json.WriteNumber("endLine", span.EndLine);
            json.WriteNumber("endColumn", span.EndColumn);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    // a relative path becomes a relative reference, so that a front which runs elsewhere can resolve it
    private static string UriOf(string path) =>
        Path.IsPathRooted(path)
            ? new Uri(Path.GetFullPath(path)).AbsoluteUri
            : string.Join('/', path.Split('/', Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
}
