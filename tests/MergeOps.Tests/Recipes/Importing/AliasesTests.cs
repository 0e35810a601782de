using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Yaml;
using Xunit;

namespace MergeOps.Tests.Recipes.Importing;

public sealed class AliasesTests
{
    [Theory]
    [InlineData("a: &x ./m\nb: *x # why\n", "a: ./m\nb: ./m # why\n")]
    [InlineData("a: &x\n  k: [0, 1]\n  l: 'q'\nb: *x\n", "a:\n  k: [0, 1]\n  l: 'q'\nb:\n  k: [0, 1]\n  l: 'q'\n")]
    [InlineData("- &x {k: 1, l: {m: 2}}\n- *x\n- [*x]\n", "- {k: 1, l: {m: 2}}\n- k: 1\n  l:\n    m: 2\n- [{k: 1, l: {m: 2}}]\n")]
    [InlineData("d: &d\n  k: 1\n  l: 2\ne:\n  <<: *d\n  l: 3\n", "d:\n  k: 1\n  l: 2\ne:\n  k: 1\n  l: 3\n")]
    [InlineData("d: &d {k: 1}\ne: {l: 3, <<: *d}\n", "d: {k: 1}\ne: {l: 3, k: 1}\n")]
    [InlineData("d: &d {k: 1}\ne: &e {k: 2, l: 3}\nf:\n  <<: [*d, *e]\n", "d: {k: 1}\ne: {k: 2, l: 3}\nf:\n  k: 1\n  l: 3\n")]
    [InlineData("d: &d {k: 1}\ne:\n  <<: *d\n  k: 2\n", "d: {k: 1}\ne:\n  k: 2\n")]
    [InlineData("d: &d a,b\ne: [*d]\n", "d: a,b\ne: [\"a,b\"]\n")]
    [InlineData("d: &d |\n  one\n  two\ne: *d\n", "d: |\n  one\n  two\ne: \"one\\ntwo\\n\"\n")]
    [InlineData("&k key: 1\nm: {n: *k}\n", "key: 1\nm: {n: key}\n")]
    [InlineData("d: &d []\ne:\n  # note\n  f: *d\n", "d: []\ne:\n  # note\n  f: []\n")]
    [InlineData("a: &lonely 1\n", "a: 1\n")]
    [InlineData("- {model: &A org/a, range: &R [0, 4], none: &N , last: *R}\n- {model: *A, n: *N}\n", "- {model: org/a, range: [0, 4], none: , last: [0, 4]}\n- {model: org/a, n: null}\n")]
    [InlineData("- &x name: &y a\n  other: *y\n- *x : 2\n", "- name: a\n  other: a\n- name : 2\n")]
    public void What_they_stand_for_is_written_where_they_stand(string before, string after)
    {
        var (text, found) = WriteOut(before);

        Assert.False(found.HasErrors);
        Assert.Equal(after, text.Now.Text);
    }

    [Fact]
    public void The_result_means_what_PyYAML_reads()
    {
        foreach (var line in File.ReadLines(Repository.Data("Recipes", "aliases", "cases.jsonl")))
        {
            var known = JsonNode.Parse(line)!;
            var before = (string)known["yaml"]!;

            var (text, found) = WriteOut(before);

            var read = new DiagnosticBag();
            var root = YamlTreeReader.Read(text.Now, read);
            Assert.True(!found.HasErrors && root is not null, $"{before}\n->\n{text.Now.Text}\n{string.Join('\n', found.Concat(read).Select(finding => finding.Detail))}");
            Assert.True(Canonical(known["means"]) == Canonical(ToJson(root)), $"{before}\n->\n{text.Now.Text}");
        }
    }

    [Theory]
    [InlineData("a: *x\n", 1, 4, "no anchor '&x' above")]
    [InlineData("a: &x [1, *x]\n", 1, 11, "contains it")]
    [InlineData("a: &x 1\nb: &x 2\nc: *x\n", 2, 4, "mergekit refuses a second one")]
    [InlineData("a: &x 1\nb: {<<: *x}\n", 2, 5, "takes a mapping")]
    [InlineData("a: {<<: [1]}\n", 1, 5, "takes a mapping")]
    [InlineData("a: &x {k: 1}\n*x : 2\n", 2, 1, "must be plain text")]
    public void One_that_stands_for_nothing_is_an_error_at_its_place(string text, int line, int column, string reason)
    {
        var error = Assert.Single(WriteOut(text).Found, finding => finding.Severity is Severity.Error);

        Assert.Equal((line, column), (error.Span!.Value.Line, error.Span!.Value.Column));
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_grow_beyond_the_limits_is_refused_before_it_grows()
    {
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        var merges = "a0: &a0 {k0: x, l0: x}\n"
            + string.Concat(Enumerable.Range(1, 40).Select(i => $"a{i}: &a{i} {{k{i}: {{<<: *a{i - 1}}}, l{i}: {{<<: *a{i - 1}}}}}\n"));
        var texts = $"a: &a '{new string('y', 60_000)}'\nb: [{string.Join(", ", Enumerable.Repeat("*a", 30))}]\n";
        var depths = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [*a{i - 1}]\n"));

        Assert.All(
            [laughs, merges, texts, depths],
            text => Assert.Equal(Codes.RecipeTooLarge, Assert.Single(WriteOut(text).Found, finding => finding.Severity is Severity.Error).Code));
    }

    [Fact]
    public void A_part_may_be_repeated_as_long_as_all_stays_small()
    {
        var (text, found) = WriteOut("a: &a [[[[x]]]]\nb: [" + string.Join(", ", Enumerable.Repeat("*a", 500)) + "]\n");

        Assert.False(found.HasErrors);
        Assert.Equal(501, text.Now.Text.Split("[[[[x]]]]").Length - 1);
    }

    [Fact]
    public void A_place_in_what_is_written_out_is_that_of_the_anchor()
    {
        var (text, _) = WriteOut("base: &b\n  weight: 2\nmodels:\n  - parameters:\n      <<: *b\n");

        Assert.Equal("base:\n  weight: 2\nmodels:\n  - parameters:\n      weight: 2\n", text.Now.Text);
        Assert.Equal(new SourceSpan("recipe.yml", 2, 11, 2, 12), text.PlaceOf(new SourceSpan("", 5, 15, 5, 16)));
    }

    private static (ImportedText Text, DiagnosticBag Found) WriteOut(string text)
    {
        var found = new DiagnosticBag();
        return (Aliases.WriteOut(ImportedText.Of(new SourceText("recipe.yml", text)), found), found);
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        YamlSequence list => new JsonArray([.. list.Items.Select(ToJson)]),
        YamlScalar scalar when CoreSchema.IsNull(scalar) => null,
        YamlScalar scalar when CoreSchema.Flag(scalar) is { } flag => flag,
        YamlScalar { IsPlain: true } scalar when CoreSchema.Number(scalar.Text) is { } number => number,
        YamlScalar scalar => scalar.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static string Canonical(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject map => $"{{{string.Join(", ", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {Canonical(entry.Value)}"))}}}",
        JsonArray list => $"[{string.Join(", ", list.Select(Canonical))}]",
        JsonValue value when value.TryGetValue<double>(out var number) => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
