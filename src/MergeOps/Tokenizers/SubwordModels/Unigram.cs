using System.Text.Json;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>The tokens that together have the best score.</summary>
[Component("Unigram")]
internal sealed class Unigram : ISubwordModel
{
    // how much worse an unknown character is than the worst token
    private const double UnknownPenalty = 10;

    private readonly TokenIds tokens;
    private readonly double[] scores;
    private readonly int? unknown;
    private readonly bool fallsBackToBytes;
    private readonly double unknownScore;
    private readonly PrefixTree tree = new();

    public Unigram(ComponentSettings settings)
    {
        var list = settings.Value("vocab");
        var entries = list.ValueKind is JsonValueKind.Array ? list.EnumerateArray().Select(entry => EntryOf(entry, settings)).ToArray() : throw settings.Refusal("has a 'vocab' that is not a list");
        tokens = TokenIds.List([.. entries.Select(entry => entry.Token)], settings.Refusal);
        scores = [.. entries.Select(entry => entry.Score)];
        unknown = settings.Find("unk_id").ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : settings.Number("unk_id");
        fallsBackToBytes = settings.OptionalFlag("byte_fallback") ?? false;
        if (unknown >= scores.Length)
        {
            throw settings.Refusal("has an 'unk_id' that is not a token");
        }

        unknownScore = scores.DefaultIfEmpty(double.PositiveInfinity).Min() - UnknownPenalty;
        foreach (var (token, id) in tokens.All)
        {
            tree.Add(Piece.PointsOf(token), id);
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
        foreach (var (start, end) in BestParts(word.Points))
        {
            var text = Piece.TextOf(word.Points[start..end]);
            if (tokens.IdOf(text) is { } id)
            {
                into.Add(id);
            }
            else if (fallsBackToBytes && tokens.BytesOf(text) is { } bytes)
            {
                into.AddRange(bytes);
            }
            else
            {
                into.Add(unknown ?? throw Unknown.Missing(null));
            }
        }
    }

    private List<(int Start, int End)> BestParts(ReadOnlySpan<int> points)
    {
        var best = new (int Id, double Score, int Start)[points.Length + 1];
        best.AsSpan(1).Fill((0, 0, -1));
        for (var start = 0; start < points.Length; start++)
        {
            var (here, node, isSingleKnown) = (best[start].Score, 0, false);
            for (var end = start; end < points.Length && tree.Descend(ref node, points[end], out var id); end++)
            {
                if (id >= 0)
                {
                    Offer(ref best[end + 1], id, scores[id] + here, start);
                    isSingleKnown |= end == start;
                }
            }

            if (!isSingleKnown)
            {
                Offer(ref best[start + 1], unknown ?? throw Unknown.Missing(null), unknownScore + here, start);
            }
        }

        return PartsOf(best);
    }

    private static void Offer(ref (int Id, double Score, int Start) target, int id, double score, int start)
    {
        if (target.Start < 0 || score > target.Score)
        {
            target = (id, score, start);
        }
    }

    // unknown ones side by side are one
    private List<(int Start, int End)> PartsOf((int Id, double Score, int Start)[] best)
    {
        var (parts, unknownEnd) = (new List<(int Start, int End)>(), -1);
        for (var end = best.Length - 1; end > 0; end = best[end].Start)
        {
            if (best[end].Id == unknown)
            {
                unknownEnd = unknownEnd < 0 ? end : unknownEnd;
                continue;
            }

            if (unknownEnd >= 0)
            {
                parts.Add((end, unknownEnd));
                unknownEnd = -1;
            }

            parts.Add((best[end].Start, end));
        }

        if (unknownEnd >= 0)
        {
            parts.Add((0, unknownEnd));
        }

        parts.Reverse();
        return parts;
    }

    private static (string Token, double Score) EntryOf(JsonElement entry, ComponentSettings settings) =>
        entry.ValueKind is JsonValueKind.Array && entry.GetArrayLength() == 2 && entry[1].ValueKind is JsonValueKind.Number
        && entry[1].TryGetDouble(out var score) && double.IsFinite(score)
            ? (settings.StringOf(entry[0]), score)
            : throw settings.Refusal("has a token without its score");
}
