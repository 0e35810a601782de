using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace MergeOps.Tokenizers;

/// <summary>
/// The outline of a vocabulary as JSON that is kept in files: ids as ranges, a line for each block (its sum, its sample), and a line for each run of
/// marked tokens (the first id, how many, the first text), where a run is of texts that differ in their last number, which counts up with the ids.
/// </summary>
internal static class VocabularyText
{
    // a short line may stand for many of them
    private const int MostMarked = 1 << 20;

    /// <summary>The outline, and what it leaves out where the vocabulary is kept whole.</summary>
    public static JsonObject Write(Vocabulary vocabulary)
    {
        var outline = Outline(vocabulary);
        if (vocabulary.Packed is { } packed)
        {
            outline["whole"] = packed;
        }

        return outline;
    }

    private static JsonObject Outline(Vocabulary vocabulary) => new()
    {
        ["ids"] = List(vocabulary.Ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}"))),
        ["blocks"] = List(vocabulary.Blocks.Select(block => block.Sample is { } sample ? $"{PartText.Hex(block.Sum)} {sample.Text}" : PartText.Hex(block.Sum))),
        ["marked"] = List(TokenRun.Of(vocabulary.Marked).Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.First.Id} {run.Count} {run.First.Text}"))),
        ["parts"] = Map(vocabulary.Parts.Digests),
        ["special"] = Map(vocabulary.Parts.SpecialTokens),
    };

    /// <summary>Reads an outline, or what is kept whole.</summary>
    /// <exception cref="FormatException">It is not of this form.</exception>
    /// <exception cref="InvalidOperationException">A value has another type.</exception>
    public static Vocabulary Read(JsonObject outline)
    {
        var ranges = Texts(outline["ids"]).Select(RangeOf).ToImmutableArray();
        if (ranges.IsEmpty || ranges.Zip(ranges.Skip(1)).Any(pair => pair.First.Last + 1 >= pair.Second.First))
        {
            throw new FormatException("The ranges of ids are not ascending, or touch.");
        }

        var marked = Texts(outline["marked"]).SelectMany(RunOf).Take(MostMarked + 1).ToImmutableArray();
        if (marked.Length > MostMarked || marked.Zip(marked.Skip(1)).Any(pair => pair.First.Id >= pair.Second.Id) || marked.Any(token => !Vocabulary.IsIn(ranges, token.Id)))
        {
            throw new FormatException("The marked tokens are very many, not in the order of their ids, or not among the ids.");
        }

        var known = new Vocabulary(
            ranges,
            BlocksOf([.. Texts(outline["blocks"])], ranges, marked.Select(token => token.Id).ToHashSet()),
            marked,
            new(Map(outline["parts"]), Map(outline["special"])));
        return (string?)outline["whole"] is { } packed ? PackedVocabulary.Unpack(packed, known) : known;
    }

    private static ImmutableArray<VocabularyBlock> BlocksOf(ImmutableArray<string> lines, ImmutableArray<IdRange> ranges, HashSet<int> marked)
    {
        var numbers = ranges
            .SelectMany(range => Enumerable.Range(range.First / Vocabulary.BlockSize, (range.Last / Vocabulary.BlockSize) - (range.First / Vocabulary.BlockSize) + 1))
            .Distinct();
        var blocks = ImmutableArray.CreateBuilder<VocabularyBlock>(lines.Length);
        foreach (var number in numbers)
        {
            if (blocks.Count == lines.Length)
            {
                throw new FormatException("There are fewer blocks than ids need.");
            }

            var line = lines[blocks.Count].Split(' ', 2);
            var sum = ulong.Parse(line[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            Token? sample = null;
            if (line is [_, var text])
            {
                sample = new(Vocabulary.IdsIn(ranges, number).First(id => !marked.Contains(id)), text, IsMarked: false);
            }

            blocks.Add(new(number, sum, sample));
        }

        return blocks.Count == lines.Length ? blocks.DrainToImmutable() : throw new FormatException("There are more blocks than ids need.");
    }

    private static IdRange RangeOf(string text) =>
        text.Split('-') is [var first, var last] && Number(first) is var from && Number(last) is var to && from <= to
            ? new(from, to)
            : throw new FormatException($"'{text}' is not a range of ids.");

    private static IEnumerable<Token> RunOf(string line) =>
        line.Split(' ', 3) is [var first, var count, var text]
            ? new TokenRun(new(Number(first), text, IsMarked: true), Number(count)).Tokens
            : throw new FormatException($"'{line}' is not a run of tokens.");

    private static int Number(string text) =>
        int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var number && number <= Vocabulary.HighestId
            ? number
            : throw new FormatException($"{number} is not an id.");

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Map(ImmutableSortedDictionary<string, string> map) => new(map.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value))));

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(text => (string)text!);

    private static ImmutableSortedDictionary<string, string> Map(JsonNode? map) =>
        map!.AsObject().ToImmutableSortedDictionary(entry => entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
