using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using Xunit;

namespace MergeOps.Tests.Diagnostics.Rendering;

public sealed class DiagnosticRendererTests
{
    private static readonly DiagnosticCode Code = new("MOPS999", "A rule is broken");

    private static readonly Diagnostic AtAPlace =
        Diagnostic.Error(Code, "Found 1.5.\nUse 0 to 1.", new SourceSpan("recipes/a.yml", 4, 16, 4, 19));

    [Fact]
    public void Text_is_the_line_that_editors_and_MSBuild_understand() =>
        Assert.Equal(
            "recipes/a.yml(4,16): error MOPS999: A rule is broken. Found 1.5.\n    Use 0 to 1.",
            TextRenderer.Render(AtAPlace));

    [Fact]
    public void Text_of_a_file_as_a_whole_has_no_position() =>
        Assert.Equal(
            "a.yml: warning MOPS999: A rule is broken.",
            TextRenderer.Render(Diagnostic.Warning(Code, "", SourceSpan.File("a.yml"))));

    [Fact]
    public void Text_without_a_file_names_the_program() =>
        Assert.StartsWith("mergeops: note MOPS999:", TextRenderer.Render(Diagnostic.Note(Code, "")), StringComparison.Ordinal);

    [Fact]
    public void No_line_of_text_begins_with_a_workflow_command()
    {
        var text = TextRenderer.Render(Diagnostic.Error(Code, "x\n::error::y\u001b[2J", SourceSpan.File("::set-env name=x::y")));

        Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("::", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Json_has_every_field()
    {
        var diagnostic = Json(AtAPlace)[0];

        Assert.Equal(
            ["code", "severity", "summary", "detail", "path", "line", "column", "endLine", "endColumn"],
            diagnostic.EnumerateObject().Select(property => property.Name));
        Assert.Equal("error", diagnostic.GetProperty("severity").GetString());
        Assert.Equal(16, diagnostic.GetProperty("column").GetInt32());
    }

    [Fact]
    public void Json_of_no_finding_is_an_empty_list() => Assert.Equal(0, Json().GetArrayLength());

    [Fact]
    public void Json_has_null_where_there_is_no_place() =>
        Assert.Equal(JsonValueKind.Null, Json(Diagnostic.Error(Code, ""))[0].GetProperty("line").ValueKind);

    [Fact]
    public void Sarif_names_rule_level_and_region()
    {
        using var json = JsonDocument.Parse(Render("sarif", AtAPlace));
        var run = json.RootElement.GetProperty("runs")[0];
        var result = run.GetProperty("results")[0];
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");

        Assert.Equal("2.1.0", json.RootElement.GetProperty("version").GetString());
        Assert.Equal("MOPS999", run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0].GetProperty("id").GetString());
        Assert.Equal("MOPS999", result.GetProperty("ruleId").GetString());
        Assert.Equal("error", result.GetProperty("level").GetString());
        Assert.Equal("recipes/a.yml", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(4, place.GetProperty("region").GetProperty("startLine").GetInt32());
    }

    [Fact]
    public void Sarif_carries_the_page_of_a_rule()
    {
        using var json = JsonDocument.Parse(Render("sarif", Diagnostic.Error(Codes.PathMissing, "./a", SourceSpan.File("a.yml"))));
        var rule = json.RootElement.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules")[0];

        Assert.StartsWith("## MOPS118\n", rule.GetProperty("help").GetProperty("markdown").GetString(), StringComparison.Ordinal);
        Assert.Equal(CodePage.Find(Codes.PathMissing)!.Advice, rule.GetProperty("help").GetProperty("text").GetString());
        Assert.Equal(CodePage.AddressOf(Codes.PathMissing), rule.TryGetProperty("helpUri", out var address) ? address.GetString() : null);
    }

    [Fact]
    public void GitHub_gets_one_escaped_command_for_each_finding() =>
        Assert.Equal(
            "::error file=a%2Cb%3A%25.yml,line=4,endLine=4,col=16,endColumn=19,title=MOPS999::A rule is broken. 100%25%0A\\u003a:notice::",
            Render("github", Diagnostic.Error(Code, "100%\n::notice::", new SourceSpan("a,b:%.yml", 4, 16, 4, 19))).TrimEnd());

    private static JsonElement Json(params Diagnostic[] diagnostics)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            DiagnosticJson.Write(json, diagnostics);
            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.ToArray()).GetProperty("diagnostics");
    }

    private static string Render(string format, params Diagnostic[] diagnostics)
    {
        using var output = new StringWriter { NewLine = "\n" };
        DiagnosticRenderers.For(format).Write(diagnostics, output);
        return output.ToString();
    }
}
