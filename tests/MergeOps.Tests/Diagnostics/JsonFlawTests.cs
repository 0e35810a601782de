using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class JsonFlawTests
{
    [Theory]
    [InlineData("", "It is empty.")]
    [InlineData(" \n", "It is empty.")]
    [InlineData("{", "It is truncated.")]
    [InlineData("{\"a\": [1,\n2", "It is truncated.")]
    [InlineData("{\"a\": \"b", "It is truncated.")]
    [InlineData("{\n  \"a\": x\n}", "It is not valid JSON at line 2, byte 8.")]
    [InlineData("{\"a\": 1, \"a\": 2}", "A key occurs twice.")]
    public void A_text_that_is_no_JSON_is_told_in_words_for_people(string text, string sentence)
    {
        var failure = Assert.ThrowsAny<Exception>(() => JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }));

        Assert.Equal(sentence, JsonFlaw.Of(text, failure));
    }

    [Theory]
    [InlineData("[1]", "It is a list; an object is expected.")]
    [InlineData("null", "It is a single value; an object is expected.")]
    [InlineData("\uFEFF[1]", "It is a list; an object is expected.")]
    public void A_text_that_is_JSON_is_told_by_what_it_is(string text, string sentence) => Assert.Equal(sentence, JsonFlaw.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Bytes_that_are_no_text_are_told() => Assert.Equal("It is not UTF-8 text.", JsonFlaw.Of([0xFF, 0xFE, (byte)'{', (byte)'}'], new JsonException()));
}
