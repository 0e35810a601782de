using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Diagnostics;

public sealed class CanonicalJsonWriterTests
{
    private readonly CanonicalJsonWriter json = new();

    [Fact]
    public void Members_come_in_any_order_and_are_written_in_theirs()
    {
        json.BeginObject();
        json.Name("z").BeginObject();
        json.Name("b").Value(1L);
        json.Name("a").Value([2L, 3L]);
        json.EndObject();
        json.Name("é").Value("x");
        json.Name("A").Null();
        json.Name("nothing").BeginObject();
        json.EndObject();
        json.EndObject();

        Assert.Equal(
            """
            {
              "A": null,
              "nothing": {},
              "z": {
                "a": [
                  2,
                  3
                ],
                "b": 1
              },
              "é": "x"
            }
            """.ReplaceLineEndings("\n"),
            json.ToString());
    }

    [Fact]
    public void A_digest_is_that_of_the_text_and_a_line_feed()
    {
        json.BeginArray();
        json.EndArray();

        // sha256sum of the three bytes "[]\n"
        Assert.Equal("37517e5f3dc66819f61f5a7bb8ace1921282415f10551d2defa5c3eb0985b570", json.Digest());
    }

    [Fact]
    public void What_was_written_before_leaves_nothing_behind()
    {
        json.BeginObject();
        json.Name("unfinished").BeginArray();
        json.Clear().Value("x");

        Assert.Equal("\"x\"", json.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_member_that_occurs_twice_is_refused(int apart)
    {
        json.BeginObject();
        json.Name("a").Value(0L);
        for (var i = 1; i < apart; i++)
        {
            json.Name($"b{i}").Value(0L);
        }

        json.Name("a").Value(0L);

        Assert.Throws<ArgumentException>(json.EndObject);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(400)]
    public void Trees_of_any_size_are_written_with_their_members_sorted(int members)
    {
        var random = new Random(members);
        var names = Enumerable.Range(0, members).Select(i => $"{random.Next()} {i}").ToList();
        json.Value(new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["two"] = name, ["one"] = 1 }))));

        names.Sort(StringComparer.Ordinal);
        Assert.Equal(
            "{\n" + string.Join(",\n", names.Select(name => $"  \"{name}\": {{\n    \"one\": 1,\n    \"two\": \"{name}\"\n  }}")) + "\n}",
            json.ToString());
    }
}
