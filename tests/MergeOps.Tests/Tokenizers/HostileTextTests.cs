using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Pipelines;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Texts and files that are made to break a tokenizer.</summary>
public sealed class HostileTextTests
{
    private const int Length = 100_000;

    public static TheoryData<string> Kinds => EncodingTests.Kinds;

    /// <summary>Quadratic work on runs this long would take minutes. The library's own ids, by number and digest: <c>make_runs.py</c>.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_long_run_without_a_border_is_encoded_as_the_library_does(string kind)
    {
        var tokenizer = TextTokenizerReader.Read(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", $"{kind}.tokenizer.json")), kind);
        using var runs = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", "runs.json")));
        foreach (var run in runs.RootElement.GetProperty(kind).EnumerateArray())
        {
            var ids = tokenizer.Encode(string.Concat(Enumerable.Repeat(run[0].GetString(), Length)), addSpecialTokens: false);

            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', ids))))[..16];
            Assert.Equal((run[0].GetString(), run[1].GetInt32(), run[2].GetString()), (run[0].GetString(), ids.Length, digest));
        }
    }

    [Fact]
    public void Half_of_a_surrogate_pair_counts_as_the_replacement_character()
    {
        var tokenizer = TextTokenizerReader.Read(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", "gpt2.tokenizer.json")), "gpt2");

        Assert.Equal(tokenizer.Encode("a\uFFFDb", addSpecialTokens: false), tokenizer.Encode("a\uD83Db", addSpecialTokens: false));
    }

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(a|aa)+b|x")]
    public void An_expression_that_never_ends_is_stopped_after_a_number_of_steps(string expression)
    {
        var split = Split(expression);

        var stopped = Assert.Throws<MergeOpsException>(() => split.Split(Piece.Of(new string('a', 600) + "c"), []));
        Assert.Equal("MOPS652", stopped.Diagnostic.Code.Id);
        Assert.Contains("too many steps", stopped.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(a", "( too many")]
    [InlineData("a)", ") too many")]
    [InlineData("[a", "ends too early")]
    [InlineData("a{2", "does not begin an interval")]
    [InlineData("a{3,2}", "interval that is empty")]
    [InlineData("a{5000}", "more than 1000 times")]
    [InlineData("a**", "repeats a repetition")]
    [InlineData("(a*)*", "repeats what may be empty")]
    [InlineData("*", "repeats nothing")]
    [InlineData("\\", "ends with a backslash")]
    [InlineData("(a)\\1", "the escape '\\1'")]
    [InlineData("\\p{Klingon}", "the property 'Klingon'")]
    [InlineData("\\p{L", "the property 'L'")]
    [InlineData("[a-z&&[b]]", "intersects")]
    [InlineData("[[:alpha:]]", "a class in colons")]
    [InlineData("(?x) a", "a group of a kind")]
    [InlineData("(?<=ab)c", "more than one character")]
    [InlineData("(?i:ß)", "beyond ASCII")]
    [InlineData("(?i:off)", "'ff'")]
    [InlineData("((?:(?:(?:a{30}){30}){30}){30})", "too large")]
    public void An_expression_that_is_broken_or_not_certain_is_refused_by_name(string expression, string reason) =>
        Assert.Contains(reason, Assert.Throws<MergeOpsException>(() => Split(expression)).Diagnostic.Detail, StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Contains("nested", Assert.Throws<MergeOpsException>(() => Split(new string('(', 5000) + new string(')', 5000))).Diagnostic.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base 64")]
    [InlineData("BAAAAAAAAAA=")]
    public void Compiled_rules_that_are_none_are_refused_or_change_nothing(string rules)
    {
        try
        {
            var normalizer = ComponentSettings.Read<INormalizer>(Json(new() { ["type"] = "Precompiled", ["precompiled_charsmap"] = rules }), "tokenizer.json");

            Assert.Equal("abc", normalizer.Normalize(Piece.Of("abc")).ToString());
        }
        catch (MergeOpsException refused)
        {
            Assert.Equal("MOPS207", refused.Diagnostic.Code.Id);
        }
    }

    private static IPreTokenizer Split(string expression) => ComponentSettings.Read<IPreTokenizer>(
        Json(new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = expression }, ["behavior"] = "Isolated", ["invert"] = false }), "tokenizer.json");

    private static JsonElement Json(JsonObject settings) => JsonSerializer.SerializeToElement(settings);
}
