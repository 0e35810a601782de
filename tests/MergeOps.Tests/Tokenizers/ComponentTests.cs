using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Every component by itself against the real library: results and digests of them from <c>make_components.py</c>.</summary>
public sealed class ComponentTests
{
    // bytes that are hashed at once
    private const int Together = 1 << 15;

    private static readonly JsonDocument Components = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", "components.json")));
    private static readonly JsonDocument CodePoints = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", "code-points.json")));

    private static readonly string[] Texts = [.. Components.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];

    public static TheoryData<int, string> Normalizers => Cases("normalizer");

    public static TheoryData<int, string> PreTokenizers => Cases("pre_tokenizer");

    public static TheoryData<int, string> Decoders => Cases("decoder");

    public static TheoryData<int, string> PostProcessors => Cases("post_processor");

    // of planes without a character, in which all are alike, the first and the last ones
    private static readonly int[] Points =
    [
        .. Enumerable.Range(0, 0x110000).Where(point => Rune.IsValid(point) && (point is < 0x40000 or (>= 0xE0000 and < 0xE1000) || ((point + 0x80) & 0xFFFF) < 0x100)),
    ];

    public static TheoryData<string> Classes => [.. CodePoints.RootElement.EnumerateObject().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Normalizers))]
    public void A_normalizer_gives_the_text_of_the_library(int number, string settings)
    {
        var (normalizer, expected) = Read<INormalizer>("normalizer", number);

        Assert.Equal([.. expected[2].EnumerateArray().Select(text => text.GetString())], Texts.Take(12).Select(text => Normalized(normalizer, text)));
        Assert.True(expected[1].GetString() == Digest(Texts.Select(text => Json(Normalized(normalizer, text)))), settings);
    }

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public void A_pre_tokenizer_gives_the_words_of_the_library(int number, string settings)
    {
        var (preTokenizer, expected) = Read<IPreTokenizer>("pre_tokenizer", number);

        Assert.Equal(
            expected[2].EnumerateArray().Select(words => string.Join('|', words.EnumerateArray().Select(word => word.GetString()))),
            Texts.Take(12).Select(text => string.Join('|', Words(preTokenizer, text))));
        Assert.True(expected[1].GetString() == Digest(Texts.Select(text => $"[{string.Join(", ", Words(preTokenizer, text).Select(Json))}]")), settings);
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_decoder_gives_the_text_of_the_library(int number, string settings)
    {
        var (decoder, expected) = Read<IDecoder>("decoder", number);

        foreach (var (tokens, text) in Components.RootElement.GetProperty("tokens").EnumerateArray().Zip(expected[1].EnumerateArray()))
        {
            // the library itself breaks on a few
            if (text.ValueKind is JsonValueKind.String)
            {
                Assert.True(text.GetString() == string.Concat(decoder.Decode([.. tokens.EnumerateArray().Select(token => token.GetString()!)])), $"{settings} of {tokens}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(PostProcessors))]
    public void A_post_processor_puts_the_tokens_of_the_library_around_a_text(int number, string settings)
    {
        var (processor, expected) = Read<IPostProcessor>("post_processor", number);

        Assert.True(expected[1].EnumerateArray().Select(id => id.GetInt32()).SequenceEqual(processor.Process([0], addSpecialTokens: true)), settings);
        Assert.True(expected[2].EnumerateArray().Select(id => id.GetInt32()).SequenceEqual(processor.Process([0], addSpecialTokens: false)), settings);
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public void Every_character_of_Unicode_is_what_it_is_to_the_library(string name)
    {
        var entry = CodePoints.RootElement.GetProperty(name);
        Func<int, string> of;
        if (name is "NFC" or "NFD" or "NFKC" or "NFKD" or "Lowercase" or "StripAccents" or "Nmt" or "Strip" or "BertNormalizer")
        {
            var normalizer = ComponentSettings.Read<INormalizer>(entry[0], name);
            of = point => $"{Normalized(normalizer, char.ConvertFromUtf32(point))}|{Normalized(normalizer, $"a{char.ConvertFromUtf32(point)}\u0323\u0301")}";
        }
        else
        {
            var preTokenizer = ComponentSettings.Read<IPreTokenizer>(entry[0], name);
            var (words, origins) = (new List<Piece>(), (int[])[0, 1, 2]);
            of = point =>
            {
                words.Clear();
                preTokenizer.Split(new(new[] { 'a', point, 'a' }, origins, origin: 0), words);
                return string.Join('|', words);
            };
        }

        Assert.Equal(entry[1].GetString(), Digest(Points.Select(of)));
    }

    private static TheoryData<int, string> Cases(string kind)
    {
        var cases = new TheoryData<int, string>();
        foreach (var (i, entry) in Components.RootElement.GetProperty(kind).EnumerateArray().Index())
        {
            cases.Add(i, Json(entry[0].GetRawText() is { Length: > 100 } text ? text[..100] : entry[0].GetRawText()));
        }

        return cases;
    }

    private static (T Component, JsonElement Expected) Read<T>(string kind, int number)
        where T : class
    {
        var entry = Components.RootElement.GetProperty(kind)[number];
        return (ComponentSettings.Read<T>(entry[0], kind), entry);
    }

    private static string Normalized(INormalizer normalizer, string text) => text.Length == 0 ? "" : normalizer.Normalize(Piece.Of(text)).ToString();

    private static List<string> Words(IPreTokenizer preTokenizer, string text)
    {
        var words = new List<Piece>();
        if (text.Length > 0)
        {
            preTokenizer.Split(Piece.Of(text), words);
        }

        return words.ConvertAll(word => word.ToString());
    }

    // as Python writes it
    private static string Json(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var letter in text)
        {
            json.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\f' => "\\f",
                '\b' => "\\b",
                < ' ' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        }

        return json.Append('"').ToString();
    }

    private static string Digest(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // a million lines, of a few bytes each
        var bytes = new ArrayBufferWriter<byte>(2 * Together);
        var isFirst = true;
        foreach (var line in lines)
        {
            if (!isFirst)
            {
                bytes.Write("\n"u8);
            }

            Encoding.UTF8.GetBytes(line, bytes);
            isFirst = false;
            if (bytes.WrittenCount >= Together)
            {
                hash.AppendData(bytes.WrittenSpan);
                bytes.ResetWrittenCount();
            }
        }

        hash.AppendData(bytes.WrittenSpan);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
