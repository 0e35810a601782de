using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>Byte-pair encoding: characters, or their bytes, that are merged pair by pair in the order of the merges.</summary>
[Component("BPE")]
internal sealed class Bpe : ISubwordModel
{
    private readonly TokenIds tokens;
    private readonly Merges merges;
    private readonly string? unknown;
    private readonly string prefix;
    private readonly string suffix;
    private readonly bool fusesUnknown;
    private readonly bool fallsBackToBytes;
    private readonly bool takesWholeWords;
    private readonly Dictionary<int, int> characters = [];

    public Bpe(ComponentSettings settings)
    {
        tokens = TokenIds.Map(settings);
        unknown = settings.OptionalText("unk_token");
        prefix = settings.OptionalText("continuing_subword_prefix") ?? "";
        suffix = settings.OptionalText("end_of_word_suffix") ?? "";
        fusesUnknown = settings.OptionalFlag("fuse_unk") ?? false;
        fallsBackToBytes = settings.OptionalFlag("byte_fallback") ?? false;
        takesWholeWords = settings.OptionalFlag("ignore_merges") ?? false;
        merges = ReadMerges(settings);
        if (settings.Find("dropout") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } dropout
            && !(dropout.ValueKind is JsonValueKind.Number && dropout.TryGetDouble(out var share) && share == 0))
        {
            throw settings.Refusal("drops merges at random");
        }

        foreach (var (token, id) in tokens.All)
        {
            if (token.Length is 1 or 2 && Piece.PointsOf(token) is [var only])
            {
                characters[only] = id;
            }
        }
    }

    /// <inheritdoc/>
    public int Count => tokens.Count;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary => tokens.All;

    /// <inheritdoc/>
    public int? IdOf(string token) => tokens.IdOf(token);

    /// <inheritdoc/>
    public string? TokenOf(int id) => tokens.TokenOf(id);

    /// <inheritdoc/>
    public void Encode(Piece word, List<int> into)
    {
        if (takesWholeWords && tokens.IdOf(word.ToString()) is { } whole)
        {
            into.Add(whole);
            return;
        }

        merges.Apply(Characters(word.Points), into);
    }

    private List<int> Characters(ReadOnlySpan<int> points)
    {
        var (ids, pending) = (new List<int>(points.Length), (int?)null);
        for (var i = 0; i < points.Length; i++)
        {
            if (IdOf(points[i], isFirst: i == 0, isLast: i == points.Length - 1) is { } id)
            {
                Flush(ids, ref pending);
                ids.Add(id);
            }
            else if (fallsBackToBytes && tokens.BytesOf(Affixed(points[i], i == 0, i == points.Length - 1)) is { } bytes)
            {
                // one that is pending stays so: the library writes it behind the bytes
                ids.AddRange(bytes);
            }
            else if (unknown is not null)
            {
                if (!fusesUnknown)
                {
                    Flush(ids, ref pending);
                }

                pending = tokens.IdOf(unknown) ?? throw Unknown.Missing(unknown);
            }
        }

        Flush(ids, ref pending);
        return ids;
    }

    private int? IdOf(int point, bool isFirst, bool isLast)
    {
        if (prefix.Length + suffix.Length == 0)
        {
            return characters.TryGetValue(point, out var id) ? id : null;
        }

        return tokens.IdOf(Affixed(point, isFirst, isLast));
    }

    private string Affixed(int point, bool isFirst, bool isLast) => (isFirst ? "" : prefix) + Piece.TextOf([point]) + (isLast ? suffix : "");

    private static void Flush(List<int> ids, ref int? pending)
    {
        if (pending is { } id)
        {
            ids.Add(id);
            pending = null;
        }
    }

    private Merges ReadMerges(ComponentSettings settings)
    {
        if (settings.Value("merges") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw settings.Refusal("has 'merges' that are not a list");
        }

        var read = new Merges(list.GetArrayLength());
        foreach (var merge in list.EnumerateArray())
        {
            var (left, right) = Halves(merge, settings);
            if (!right.StartsWith(prefix, StringComparison.Ordinal))
            {
                throw settings.Refusal($"merges {TerminalText.Quoted(right)}, which does not begin with the prefix of tokens within words");
            }

            var joined = left + right[prefix.Length..];
            int Id(string token) => tokens.IdOf(token) ?? throw settings.Refusal($"merges to or from {TerminalText.Quoted(token)}, which is not a token");
            read.Add(Id(left), Id(right), Id(joined));
        }

        return read;
    }

    private static (string Left, string Right) Halves(JsonElement merge, ComponentSettings settings)
    {
        string[] halves = merge.ValueKind switch
        {
            JsonValueKind.String => settings.StringOf(merge).Split(' '),
            JsonValueKind.Array => [.. merge.EnumerateArray().Select(settings.StringOf)],
            _ => [],
        };
        return halves is [var left, var right] ? (left, right) : throw settings.Refusal("has a merge that is not two tokens");
    }
}
