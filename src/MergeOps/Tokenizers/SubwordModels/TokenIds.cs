using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>Tokens by their ids and ids by their tokens, each once.</summary>
internal sealed class TokenIds
{
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<int, string> tokens;

    private TokenIds(int capacity) => (ids, tokens) = (new(capacity, StringComparer.Ordinal), new(capacity));

    /// <summary>How many there are.</summary>
    public int Count => ids.Count;

    /// <summary>The tokens with their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> All => ids;

    /// <summary>Reads an object of tokens and ids.</summary>
    public static TokenIds Map(ComponentSettings settings)
    {
        if (settings.Value("vocab") is not { ValueKind: JsonValueKind.Object } map)
        {
            throw settings.Refusal("has a 'vocab' that is not an object");
        }

        var read = new TokenIds(map.GetPropertyCount());
        foreach (var token in map.EnumerateObject())
        {
            read.Add(NameOf(token, settings), ComponentSettings.NumberOf(token.Value) ?? throw settings.Refusal("has an invalid id"), settings.Refusal);
        }

        return read;
    }

    /// <summary>Tokens in the order of their ids.</summary>
    /// <param name="list">The tokens.</param>
    /// <param name="refusal">Makes what is thrown.</param>
    public static TokenIds List(IReadOnlyCollection<string> list, Func<string, MergeOpsException> refusal)
    {
        var read = new TokenIds(list.Count);
        foreach (var token in list)
        {
            read.Add(token, read.Count, refusal);
        }

        return read;
    }

    /// <summary>The id of a token, or null.</summary>
    public int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>The token of an id, or null.</summary>
    public string? TokenOf(int id) => tokens.GetValueOrDefault(id);

    /// <summary>The ids of a text's bytes, written <c>&lt;0x0A&gt;</c>; null unless there is one for each.</summary>
    public int[]? BytesOf(string text)
    {
        var found = new List<int>();
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(text))
        {
            if (!ids.TryGetValue($"<0x{value:X2}>", out var id))
            {
                return null;
            }

            found.Add(id);
        }

        return [.. found];
    }

    private static string NameOf(JsonProperty token, ComponentSettings settings)
    {
        try
        {
            return token.Name;
        }
        catch (InvalidOperationException)
        {
            throw settings.Refusal("has a token with an unpaired surrogate");
        }
    }

    private void Add(string token, int id, Func<string, MergeOpsException> refusal)
    {
        if (!ids.TryAdd(token, id))
        {
            throw refusal($"has the token {TerminalText.Quoted(token)} twice");
        }

        if (!tokens.TryAdd(id, token))
        {
            throw refusal($"gives the id {id} to two tokens: {TerminalText.Quoted(tokens[id])} and {TerminalText.Quoted(token)}");
        }
    }
}
