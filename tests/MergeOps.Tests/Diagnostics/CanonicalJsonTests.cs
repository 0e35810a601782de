using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void Keys_are_in_ordinal_order_and_lines_end_with_line_feeds()
    {
        var node = JsonNode.Parse("""{"b":[1,{"é":null,"Z":true}],"a":{},"B":[]}""");

        Assert.Equal(
            "{\n  \"B\": [],\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"Z\": true,\n      \"é\": null\n    }\n  ]\n}\n",
            CanonicalJson.Write(node));
    }

    /// <summary>The right column is what Python's <c>json.dumps(json.loads(text))</c> prints.</summary>
    [Theory]
    [InlineData("10000.0", "10000.0")]
    [InlineData("10000", "10000")]
    [InlineData("1e-5", "1e-05")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("1E+2", "100.0")]
    [InlineData("1e15", "1000000000000000.0")]
    [InlineData("1000000000000000.5", "1000000000000000.5")]
    [InlineData("9999999999999998.0", "9999999999999998.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("-12345678901234568.0", "-1.2345678901234568e+16")]
    [InlineData("123456789012345680.0", "1.2345678901234568e+17")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("5e-324", "5e-324")]
    public void Numbers_are_written_as_Python_writes_them(string literal, string expected) =>
        Assert.Equal(expected + "\n", CanonicalJson.Write(JsonNode.Parse(literal)));

    [Fact]
    public void Only_what_must_be_escaped_is_escaped() =>
        Assert.Equal("\"\\\"\\\\/\\n\\u0001<é😀\"\n", CanonicalJson.Write(JsonValue.Create("\"\\/\n\u0001<é😀")));

    [Fact]
    public void Writing_again_what_was_read_changes_nothing()
    {
        var text = CanonicalJson.Write(JsonNode.Parse("""{"x":[1.50,2e3,"\u00e9"],"y":{"q":1e300,"p":-7}}"""));

        Assert.Equal(text, CanonicalJson.Write(JsonNode.Parse(text)));
    }

    [Fact]
    public void The_digest_does_not_depend_on_the_order_of_keys() =>
        Assert.Equal(
            CanonicalJson.Digest(JsonNode.Parse("""{"a":1,"b":2}""")),
            CanonicalJson.Digest(JsonNode.Parse("""{"b":2,"a":1}""")));
}
