using System.Text.Json;
using MergeOps.Tokenizers.Pipelines;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Strings with the ids and texts that the real tokenizers library gives (<c>make_encodings.py</c>).</summary>
internal sealed class EncodingFixture
{
    private readonly string[] lines;
    private readonly string[] texts;

    private EncodingFixture(string name)
    {
        lines = File.ReadAllLines(Repository.Data("Tokenizers", "Encodings", $"{name}.expected.txt"));
        string[] common = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Repository.Data("Tokenizers", "Encodings", "strings.json")))!;
        texts = [.. common, .. lines.Skip(3).Take(int.Parse(lines[2], null)).Select(line => JsonSerializer.Deserialize<string>(line)!)];
    }

    /// <summary>Compares a tokenizer with the library on every string.</summary>
    public static void Matches(string name, TextTokenizer tokenizer)
    {
        var fixture = new EncodingFixture(name);
        var wrong = fixture.Differences(tokenizer).ToList();
        Assert.True(fixture.texts.Length >= 500);
        Assert.Equal(fixture.texts.Length, fixture.lines.Length - 3 - int.Parse(fixture.lines[2], null));
        Assert.True(wrong.Count == 0, $"{name}: {wrong.Count} of {fixture.texts.Length} differ\n{string.Join('\n', wrong.Take(12))}");
    }

    private IEnumerable<string> Differences(TextTokenizer tokenizer)
    {
        var frame = lines[1].Split('|');
        if (Ids(tokenizer.Encode("a", addSpecialTokens: true)) != frame[0] || Ids(tokenizer.Encode("a", addSpecialTokens: false)) != frame[1])
        {
            yield return $"'a' with special tokens: {Ids(tokenizer.Encode("a", addSpecialTokens: true))}, expected {lines[1]}";
        }

        foreach (var (text, line) in texts.Zip(lines[(3 + int.Parse(lines[2], null))..]))
        {
            var expected = line.Split('\t');
            int[] ids = [.. expected[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, null))];
            var decoded = expected[1] == "=" ? text : JsonSerializer.Deserialize<string>(expected[1]);
            var withoutSpecial = expected[2] == "=" ? decoded : JsonSerializer.Deserialize<string>(expected[2]);
            if (Ids(tokenizer.Encode(text, addSpecialTokens: false)) is var found && found != expected[0])
            {
                yield return $"{JsonSerializer.Serialize(text)} is {found}\n    expected {expected[0]}";
            }
            else if (tokenizer.Decode(ids, skipSpecialTokens: false) is var back && back != decoded)
            {
                yield return $"{expected[0]} is text {JsonSerializer.Serialize(back)}\n    expected {JsonSerializer.Serialize(decoded)}";
            }
            else if (tokenizer.Decode(ids, skipSpecialTokens: true) is var plain && plain != withoutSpecial)
            {
                yield return $"{expected[0]} is without special tokens {JsonSerializer.Serialize(plain)}\n    expected {JsonSerializer.Serialize(withoutSpecial)}";
            }
        }
    }

    private static string Ids(int[] ids) => string.Join(' ', ids);
}
