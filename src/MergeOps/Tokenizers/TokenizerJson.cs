using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Tokenizers;

/// <summary>
/// Reads <c>tokenizer.json</c>, the format of the tokenizers library: the vocabulary of BPE, WordPiece and WordLevel as a map, that of Unigram as a list
/// in the order of its ids, the added tokens, and a digest of everything else that decides what a text becomes.
/// </summary>
internal ref struct TokenizerJson
{
    private static readonly string[] Parts = [TokenizerParts.Normalizer, TokenizerParts.PreTokenizer, TokenizerParts.PostProcessor, TokenizerParts.Decoder];

    private readonly string path;
    private readonly VocabularyBuilder builder;
    private readonly List<(AddedToken Token, ulong Id)> added = [];
    private readonly Dictionary<string, string> digests = new(StringComparer.Ordinal);
    private readonly JsonObject settings = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private StrictJson json;
    private MergesDigest? merges;

    private TokenizerJson(ReadOnlySpan<byte> text, string path, VocabularyBuilder builder)
    {
        (this.path, this.builder) = (path, builder);
        json = new StrictJson(text, path, Codes.TokenizerUnreadable, 0);
    }

    /// <summary>Gives the tokens to the builder.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="builder">Takes the tokens; none where the file holds no vocabulary.</param>
    /// <returns>The digests of its parts.</returns>
    /// <exception cref="MergeOpsException">It is no JSON, or contradicts itself.</exception>
    public static ImmutableSortedDictionary<string, string> Read(ReadOnlySpan<byte> file, string path, VocabularyBuilder builder) =>
        new TokenizerJson(JsonText.Of(file, path), path, builder).Read();

    private ImmutableSortedDictionary<string, string> Read()
    {
        json.Read();
        if (json.Token != JsonTokenType.StartObject)
        {
            throw json.Broken($"The top level is {json.Found}, not an object.");
        }

        while (json.ReadName() is { } name)
        {
            Once(name);
            json.Read();
            if (name == "model" && json.Token == JsonTokenType.StartObject)
            {
                ReadModel();
            }
            else if (name == "added_tokens" && json.Token == JsonTokenType.StartArray)
            {
                ReadAdded();
            }
            else if (Parts.Contains(name, StringComparer.Ordinal))
            {
                digests[name] = PartText.DigestOf(name, Part());
            }
            else
            {
                // padding and truncation among it: how the tokenizer was used last, not what it is
                json.SkipValue();
            }
        }

        json.Read();
        foreach (var (token, id) in added)
        {
            builder.AddApart(token, id);
        }

        foreach (var part in Parts)
        {
            digests.TryAdd(part, TokenizerParts.Absent);
        }

        digests[TokenizerParts.Model] = PartText.DigestOf(TokenizerParts.Model, settings);
        digests[TokenizerParts.Merges] = merges?.Text ?? TokenizerParts.Absent;
        return digests.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private void ReadModel()
    {
        while (json.ReadName() is { } name)
        {
            Once($"model.{name}");
            json.Read();
            if (name == "vocab" && json.Token == JsonTokenType.StartObject)
            {
                ReadMap();
            }
            else if (name == "vocab" && json.Token == JsonTokenType.StartArray)
            {
                ReadList();
            }
            else if (name == "merges" && json.Token == JsonTokenType.StartArray)
            {
                ReadMerges();
            }
            else
            {
                settings[name] = Part();
            }
        }
    }

    private void ReadMap()
    {
        while (json.ReadName() is { } token)
        {
            json.Read();
            builder.Add(token, Id());
        }
    }

    private void ReadList()
    {
        var scores = merges = new MergesDigest();
        for (var id = 0UL; json.Read() && json.Token != JsonTokenType.EndArray; id++)
        {
            if (json.Token != JsonTokenType.StartArray || !json.Read() || json.Token != JsonTokenType.String)
            {
                throw json.Broken($"The token {id} is {json.Found}, not a text with its score.");
            }

            builder.Add(json.Text(), id);
            json.Read();
            scores.Add(json.TryDouble(out var score) ? score : throw json.Broken($"The token {id} has {json.Found} as its score."));
            json.Read();
            if (json.Token != JsonTokenType.EndArray)
            {
                throw json.Broken($"The token {id} has more than a text and a score.");
            }
        }
    }

    // each is a text with a space between its halves, or a list of the halves since tokens may have spaces in them
    private void ReadMerges()
    {
        var digest = merges = new MergesDigest();
        byte[] room = [];
        while (json.Read() && json.Token != JsonTokenType.EndArray)
        {
            if (json.Token == JsonTokenType.String)
            {
                digest.AddLine(json.Utf8Text(ref room));
                continue;
            }

            if (json.Token != JsonTokenType.StartArray)
            {
                throw json.Broken($"A merge is {json.Found}, not two tokens.");
            }

            for (json.Read(); json.Token == JsonTokenType.String; json.Read())
            {
                digest.AddHalf(json.Utf8Text(ref room));
            }

            if (json.Token != JsonTokenType.EndArray)
            {
                throw json.Broken($"A merge holds {json.Found}, not a token.");
            }

            digest.EndMerge();
        }
    }

    private void ReadAdded()
    {
        while (json.Read() && json.Token != JsonTokenType.EndArray)
        {
            if (json.Token != JsonTokenType.StartObject)
            {
                throw json.Broken($"An added token is {json.Found}, not an object with its id and content.");
            }

            string? content = null;
            ulong? id = null;
            var flags = new Dictionary<string, bool>(StringComparer.Ordinal);
            while (json.ReadName() is { } name)
            {
                json.Read();
                switch (name)
                {
                    case "content" when content is null && json.Token == JsonTokenType.String:
                        content = json.Text();
                        break;
                    case "id" when id is null:
                        id = Id();
                        break;
                    case "content" or "id":
                        throw json.Broken($"An added token has {json.Found} as its {name}.");
                    case var flag when json.Token is JsonTokenType.True or JsonTokenType.False:
                        flags[flag] = json.Token == JsonTokenType.True;
                        break;
                    default:
                        json.SkipValue();
                        break;
                }
            }

            added.Add((
                AddedTokenJson.Of(content ?? throw json.Broken("An added token has no content."), flag => flags.TryGetValue(flag, out var value) ? value : null),
                id ?? throw json.Broken("An added token has no id.")));
        }
    }

    private readonly ulong Id() =>
        json.TryUInt64(out var id) ? id : throw json.Broken($"A token has {json.Found} as its id; ids are whole numbers of at least 0.");

    private JsonNode? Part()
    {
        try
        {
            return PartText.Parse(json.RawValue());
        }
        catch (JsonException broken)
        {
            throw json.Broken("A key occurs twice.", broken);
        }
    }

    private readonly void Once(string name)
    {
        if (!names.Add(name))
        {
            throw TokenizerFiles.Refusal(path, $"{TerminalText.Quoted(name)} occurs twice; readers would disagree about which one counts.");
        }
    }
}
