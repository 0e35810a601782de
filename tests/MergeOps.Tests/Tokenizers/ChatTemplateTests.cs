using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.ChatTemplates;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>What jinja2 renders as transformers sets it up: <c>make_templates.py</c>.</summary>
public sealed class ChatTemplateTests
{
    private static readonly DateTime Now = new(2026, 11, 29, 15, 4, 5);

    private static readonly JsonDocument Small = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("Tokenizers", "ChatTemplates", "templates.json")));
    private static readonly JsonDocument Real = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("Tokenizers", "ChatTemplates", "real.json")));

    public static TheoryData<string> Cases => [.. Small.RootElement.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];

    public static TheoryData<string> Models => [.. Real.RootElement.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("model").GetString()!).Distinct()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_feature_renders_as_jinja2_renders_it_or_fails_as_it_fails(string name)
    {
        var one = Small.RootElement.GetProperty("cases").EnumerateArray().First(one => one.GetProperty("name").GetString() == name);

        Compare(one.GetProperty("expected"), one.GetProperty("template").GetString()!, Small.RootElement.GetProperty("variables"));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Templates_of_real_models_render_as_jinja2_renders_them(string model)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(RealTokenizer.FolderOf(model), "tokenizer_config.json")));
        foreach (var one in Real.RootElement.GetProperty("cases").EnumerateArray().Where(one => one.GetProperty("model").GetString() == model))
        {
            Compare(
                one.GetProperty("expected"),
                config.RootElement.GetProperty("chat_template").GetString()!,
                Real.RootElement.GetProperty("conversations").GetProperty(one.GetProperty("conversation").GetString()!));
        }
    }

    [Theory]
    [InlineData("{{ d.items }}", "Writing out")]
    [InlineData("{{ x | safe ~ 'a' }}", "The filter 'safe'")]
    [InlineData("{{ x | e }}", "The filter 'e'")]
    [InlineData("{{ x is filter }}", "The test 'filter'")]
    [InlineData("{% include 'x' %}", "The block 'include'")]
    [InlineData("{% for a in b recursive %}{% endfor %}", "A recursive loop")]
    [InlineData("{{ 'a'.format(1) }}", "The method 'format'")]
    [InlineData("{{ '%s' % 1 }}", "Formatting a text with %")]
    [InlineData("{{ 'straße' | upper }}", "The upper case of a ß")]
    [InlineData("{{ strftime_now('%c') }}", "The directive '%c'")]
    [InlineData("{{ f(*x) }}", "Unpacking arguments")]
    [InlineData("{{ cycler(1) }}", "The function 'cycler'")]
    public void What_would_not_be_exact_is_refused_by_name(string template, string reason) => Assert.Contains(reason, Fault(template), StringComparison.Ordinal);

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% set ns = namespace(s='aaaaaaaaaaaaaaaa') %}{% for a in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "too long")]
    [InlineData("{% for a in range(99999) %}{{ 'a' * 9999 }}{% endfor %}", "too long")]
    [InlineData("{{ 'a' * 99999999999 }}", "too long")]
    [InlineData("{{ [1] * 99999999999 }}", "too long")]
    [InlineData("{{ range(999999999) }}", "A range has more than")]
    [InlineData("{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}", "nested too deeply")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}", "too long")]
    [InlineData("{% set s = 'a' * 4000000 %}{{ s.replace('a', s) }}", "too long")]
    [InlineData("{% set s = 'a' * 4000000 %}{{ s ~ s ~ s }}", "too long")]
    [InlineData("{% set x = range(99999) | list %}{% for i in range(99999) %}{% if -1 in x %}{% endif %}{% endfor %}", "steps")]
    [InlineData("{{ [1, [2]] | tojson(indent=100000) }}", "such an indent")]
    [InlineData("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "too deeply")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "too large")]
    [InlineData("{{ 2 ** 9999999999 }}", "too large")]
    [InlineData("{{ ''.__class__.__mro__ }}", "not defined")]
    public void A_template_that_is_made_to_break_its_reader_is_stopped(string template, string reason) => Assert.Contains(reason, Fault(template), StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused()
    {
        Assert.Contains("nested too deeply", Fault($"{{{{ {new string('(', 9999)}1{new string(')', 9999)} }}}}"), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", Fault(string.Concat(Enumerable.Repeat("{% if true %}", 9999))), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", Fault($"{{{{ {string.Concat(Enumerable.Repeat("not ", 9999))}1 }}}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_has_its_line()
    {
        var fault = Assert.Throws<MergeOpsException>(() => ChatTemplate.Parse("a\nb\n{{ 1 + }}", "chat_template.jinja"));

        Assert.Equal(("MOPS653", "chat_template.jinja", 3), (fault.Diagnostic.Code.Id, fault.Diagnostic.Span!.Value.Path, fault.Diagnostic.Span.Value.Line));
    }

    private static string Fault(string template) => Assert.Throws<MergeOpsException>(() =>
        ChatTemplate.Parse(template, "template").Render(new Dictionary<string, object?> { ["d"] = new Mapping(), ["x"] = "x" }, Now)).Diagnostic.Detail;

    private static void Compare(JsonElement expected, string template, JsonElement variables)
    {
        string Render() => ChatTemplate.Parse(template, "template").Render(variables.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, TemplateJson.Value(member.Value))), Now);

        if (expected.ValueKind is JsonValueKind.Null)
        {
            Assert.DoesNotContain("exact implementation", Assert.Throws<MergeOpsException>(Render).Diagnostic.Detail, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected.GetString(), Render());
        }
    }
}
