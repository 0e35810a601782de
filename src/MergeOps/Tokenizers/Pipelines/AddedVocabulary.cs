using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Pipelines;

/// <summary>The tokens that were added to a vocabulary: found in the text before it is split, some in the text as it is, some in the normalized one.</summary>
internal sealed class AddedVocabulary
{
    // a text is compared with the longest one at every place
    private const int LongestContent = 1000;

    private readonly Dictionary<string, TokenWithId> byContent = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> texts = [];
    private readonly HashSet<string> special = new(StringComparer.Ordinal);
    private readonly AddedTokenSearch inText = new();
    private readonly AddedTokenSearch inNormalized = new();
    private readonly INormalizer? normalizer;

    /// <summary>Reads the list of <c>tokenizer.json</c>.</summary>
    /// <param name="list">The list; undefined or null for none.</param>
    /// <param name="model">Has the tokens that were there before.</param>
    /// <param name="normalizer">What is done to a text; null for nothing.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="MergeOpsException">It is broken, or the library would give a token another id.</exception>
    public AddedVocabulary(JsonElement list, ISubwordModel model, INormalizer? normalizer, string path)
    {
        this.normalizer = normalizer;
        if (list.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Array))
        {
            throw TokenizerFiles.Refusal(path, "Its added tokens are not a list.");
        }

        var next = model.Count;
        foreach (var item in list.ValueKind is JsonValueKind.Array ? list.EnumerateArray() : default)
        {
            var (token, written) = Read(item, path);
            if (token.Text.Length == 0)
            {
                continue;
            }

            var id = byContent.TryGetValue(token.Text, out var known) ? known.Id : model.IdOf(token.Text) ?? next++;
            if (id != written)
            {
                throw TokenizerFiles.Refusal(path, $"It gives the added token {TerminalText.Quoted(token.Text)} the id {written}; the tokenizers library gives it {id}.");
            }

            byContent[token.Text] = new(token, id);
            if (token.IsSpecial)
            {
                special.Add(token.Text);
            }
        }

        var patterns = new HashSet<(string Pattern, bool IsNormalized)>();
        foreach (var (token, id) in byContent.Values)
        {
            var pattern = token.IsNormalized && normalizer is not null ? normalizer.Normalize(Piece.Of(token.Text)).ToString() : token.Text;
            if (pattern.Length == 0 || !patterns.Add((pattern, token.IsNormalized)))
            {
                throw TokenizerFiles.Refusal(path, $"Its added token {TerminalText.Quoted(token.Text)} is nothing, or the same as another one, when it is normalized.");
            }

            texts[id] = pattern;
            (token.IsNormalized ? inNormalized : inText).Add(pattern, new(token, id));
        }
    }

    /// <summary>The tokens.</summary>
    public IReadOnlyCollection<TokenWithId> Tokens => byContent.Values;

    /// <summary>The id of an added token, or null.</summary>
    public int? IdOf(string content) => byContent.GetValueOrDefault(content)?.Id;

    /// <summary>The text of an id, as the library writes it: the normalized one; null for an id that is not an added token.</summary>
    public string? TextOf(int id) => texts.GetValueOrDefault(id);

    /// <summary>Whether a text is that of a special token.</summary>
    public bool IsSpecial(string text) => special.Contains(text);

    /// <summary>The parts of a text: pieces that are normalized, and tokens.</summary>
    public IEnumerable<(Piece Piece, TokenWithId? Token)> Split(string text)
    {
        foreach (var (piece, token) in Split(Piece.Of(text), inText))
        {
            if (token is not null)
            {
                yield return (piece, token);
                continue;
            }

            foreach (var part in Split(normalizer?.Normalize(piece) ?? piece, inNormalized))
            {
                yield return part;
            }
        }
    }

    private static IEnumerable<(Piece Piece, TokenWithId? Token)> Split(Piece piece, AddedTokenSearch search)
    {
        if (piece.IsEmpty)
        {
            return [];
        }

        return search.IsEmpty
            ? [(piece.Slice(0, piece.Points.Length), null)]
            : search.Split(piece.Points).Select(part => (piece.Slice(part.Start, part.End), part.Token));
    }

    private static TokenWithId Read(JsonElement item, string path)
    {
        if (item.ValueKind is not JsonValueKind.Object
            || !item.TryGetProperty("content", out var content) || content.ValueKind is not JsonValueKind.String
            || !item.TryGetProperty("id", out var number) || ComponentSettings.NumberOf(number) is not { } id)
        {
            throw TokenizerFiles.Refusal(path, "It has an added token without its content or its id.");
        }

        var text = TextOf(content, path);
        return text.Length <= LongestContent ? new(AddedTokenJson.Of(text, item), id) : throw TokenizerFiles.Refusal(path, $"It has an added token of {text.Length:N0} characters.");
    }

    private static string TextOf(JsonElement content, string path)
    {
        try
        {
            return content.GetString()!;
        }
        catch (InvalidOperationException half)
        {
            throw TokenizerFiles.Refusal(path, "An added token holds an unpaired surrogate.", half);
        }
    }
}
