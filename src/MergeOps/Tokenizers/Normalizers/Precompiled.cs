using System.Globalization;
using System.Text;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's compiled rules, as the tokenizers library applies them: to each cluster of characters that is short, by the shortest rule that
/// fits, else to each character of the cluster.
/// </summary>
[Component("Precompiled")]
internal sealed class Precompiled : INormalizer
{
    // in bytes of UTF-8
    private const int LongestCluster = 5;

    private readonly CharsMap rules;

    public Precompiled(ComponentSettings settings)
    {
        var text = settings.Text("precompiled_charsmap");
        var bytes = new byte[text.Length];
        rules = Convert.TryFromBase64String(text, bytes, out var length) && CharsMap.TryRead(bytes.AsSpan(0, length)) is { } read
            ? read
            : throw settings.Refusal("has rules that cannot be read");
    }

    /// <inheritdoc/>
    public Piece Normalize(Piece piece)
    {
        var changes = new List<(int Point, int Change)>(piece.Points.Length);
        var isChanged = false;
        var text = piece.ToString();
        for (var place = 0; place < text.Length;)
        {
            var cluster = text.AsSpan(place, StringInfo.GetNextTextElementLength(text.AsSpan(place)));
            place += cluster.Length;
            if (Encoding.UTF8.GetByteCount(cluster) <= LongestCluster && ReplacementOf(cluster) is { } whole)
            {
                isChanged = true;
                Add(changes, CountOf(cluster), whole);
                continue;
            }

            foreach (var rune in cluster.EnumerateRunes())
            {
                if (ReplacementOf(rune.ToString()) is { } single)
                {
                    isChanged = true;
                    Add(changes, 1, single);
                }
                else
                {
                    changes.Add((rune.Value, 0));
                }
            }
        }

        return isChanged ? piece.Transform(changes) : piece;
    }

    private string? ReplacementOf(ReadOnlySpan<char> part)
    {
        Span<byte> utf8 = stackalloc byte[Encoding.UTF8.GetMaxByteCount(LongestCluster)];
        return rules.Shortest(utf8[..Encoding.UTF8.GetBytes(part, utf8)])?.Text;
    }

    // the library counts where characters come from in this way, also where that is not quite right
    private static void Add(List<(int Point, int Change)> changes, int oldCount, string text)
    {
        var newCount = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            newCount++;
            changes.Add((rune.Value, newCount > oldCount ? 1 : 0));
        }

        if (newCount < oldCount && changes.Count > 0)
        {
            changes[^1] = (changes[^1].Point, changes[^1].Change + newCount - oldCount);
        }
    }

    private static int CountOf(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
