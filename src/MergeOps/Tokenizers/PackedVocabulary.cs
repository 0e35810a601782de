using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Tokenizers;

/// <summary>
/// All that an outline leaves out of a vocabulary, as one text: Brotli in base 64 over JSON. Files keep the text that was packed first: other versions of a
/// compressor may pack in other ways.
/// </summary>
internal static class PackedVocabulary
{
    // far more than the largest vocabulary takes; a short text may stand for very much
    private const int Largest = 256 << 20;

    private const string Tokens = "tokens";
    private const string Added = "added";
    private const string Template = "chatTemplate";

    /// <summary>The same vocabulary, to be kept whole.</summary>
    public static Vocabulary Pack(Vocabulary vocabulary)
    {
        if (vocabulary.Packed is not null)
        {
            return vocabulary;
        }

        var json = new JsonObject
        {
            [Tokens] = new JsonArray([.. vocabulary.Known.Select(token => JsonValue.Create(token.Text))]),
            [Added] = new JsonArray([.. vocabulary.Added.Values.Select(AddedTokenJson.Write)]),
            [Template] = vocabulary.ChatTemplate,
        };
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var writer = new Utf8JsonWriter(brotli))
        {
            json.WriteTo(writer);
        }

        return vocabulary.As(Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length));
    }

    /// <summary>The vocabulary of an outline and what it leaves out.</summary>
    /// <exception cref="FormatException">The text is none of this form, or belongs to another outline.</exception>
    public static Vocabulary Unpack(string packed, Vocabulary outline)
    {
        try
        {
            var json = JsonNode.Parse(Bytes(packed))!.AsObject();
            var texts = json[Tokens]!.AsArray();
            if (texts.Count != outline.Count)
            {
                throw new FormatException($"There are {texts.Count} tokens for {outline.Count} ids.");
            }

            var marked = outline.Marked.Select(token => token.Id).ToHashSet();
            var ids = outline.Ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1));
            var vocabulary = new Vocabulary([.. ids.Zip(texts, (id, text) => new Token(id, (string)text!, marked.Contains(id)))], outline.Parts)
            {
                Added = json[Added]!.AsArray().Select(AddedTokenOf).ToImmutableSortedDictionary(token => token.Text, token => token, StringComparer.Ordinal),
                ChatTemplate = (string?)json[Template],
            };
            return VocabularyComparison.Of(vocabulary, outline).IsSame ? vocabulary.As(packed) : throw new FormatException("The tokens are not those of the outline.");
        }
        catch (Exception broken) when (broken is JsonException or InvalidDataException or NullReferenceException or ArgumentException)
        {
            throw new FormatException("The tokens cannot be unpacked.", broken);
        }
    }

    private static AddedToken AddedTokenOf(JsonNode? token) => AddedTokenJson.Of((string)token!["content"]!, flag => (bool?)token[flag]);

    private static byte[] Bytes(string packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (brotli.Read(buffer) is > 0 and var count)
        {
            if (unpacked.Length + count > Largest)
            {
                throw new FormatException($"The tokens take more than {Largest} bytes.");
            }

            unpacked.Write(buffer, 0, count);
        }

        return unpacked.ToArray();
    }
}
