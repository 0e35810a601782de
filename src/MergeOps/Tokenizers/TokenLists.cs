using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Tokenizers;

/// <summary>Reads the plain lists that tokenizers had before <c>tokenizer.json</c>.</summary>
internal static class TokenLists
{
    /// <summary>Reads <c>vocab.json</c>: an object of tokens with their ids. One of another form, such as a map for each language, gives no token.</summary>
    /// <exception cref="MergeOpsException">It is no JSON object, or contradicts itself.</exception>
    public static void ReadMap(ReadOnlySpan<byte> file, string path, VocabularyBuilder builder)
    {
        var json = new StrictJson(JsonText.Of(file, path), path, Codes.TokenizerUnreadable, 0);
        json.Read();
        if (json.Token != JsonTokenType.StartObject)
        {
            throw json.Broken($"The top level is {json.Found}, not an object of tokens.");
        }

        while (json.ReadName() is { } token)
        {
            json.Read();
            if (json.Token == JsonTokenType.StartObject)
            {
                json.SkipValue();
            }
            else
            {
                builder.Add(token, json.TryUInt64(out var id) ? id : throw json.Broken($"{TerminalText.Quoted(token)} has {json.Found} as its id; ids are whole numbers of at least 0."));
            }
        }

        json.Read();
    }

    /// <summary>Reads <c>vocab.txt</c>: a token on each line, the first one has the id 0. Of two lines with one token the later one counts.</summary>
    /// <exception cref="MergeOpsException">It is no UTF-8.</exception>
    public static void ReadLines(ReadOnlySpan<byte> file, string path, VocabularyBuilder builder)
    {
        var id = 0UL;
        foreach (var line in LinesOf(JsonText.Of(file, path)))
        {
            builder.AddLast(line, id++);
        }
    }

    /// <summary>The digest of <c>merges.txt</c>: two halves on each line, after a line with the format's version.</summary>
    /// <exception cref="MergeOpsException">It is no UTF-8.</exception>
    public static string DigestOfMerges(ReadOnlySpan<byte> file, string path)
    {
        var digest = new MergesDigest();
        foreach (var line in LinesOf(JsonText.Of(file, path)).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)))
        {
            digest.AddLine(Encoding.UTF8.GetBytes(line));
        }

        return digest.Text;
    }

    private static ImmutableArray<string> LinesOf(ReadOnlySpan<byte> text)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            lines.Add(Encoding.UTF8.GetString(line is [.. var most, (byte)'\r'] ? most : line));
        }

        // what follows the last line feed is no line
        return lines is [.., ""] ? [.. lines.Take(lines.Count - 1)] : lines.DrainToImmutable();
    }
}
