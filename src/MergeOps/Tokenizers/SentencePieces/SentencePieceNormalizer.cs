using System.Text;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.SubwordModels;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.SentencePieces;

/// <summary>Normalizes a text as SentencePiece does: by the longest rule at each place, with spaces put right. Source: google/sentencepiece, <c>normalizer.cc</c>.</summary>
/// <param name="contents">The model.</param>
/// <param name="rules">Its compiled rules; null for none.</param>
/// <param name="symbols">Pieces that are never changed.</param>
internal sealed class SentencePieceNormalizer(SentencePieceContents contents, CharsMap? rules, PrefixTree symbols)
{
    private readonly string space = contents.EscapesSpaces ? "\u2581" : " ";

    /// <summary>The normalized text.</summary>
    public string Normalize(string text)
    {
        var (points, utf8) = (Piece.PointsOf(text), Encoding.UTF8.GetBytes(text));
        var (place, offset) = (0, 0);
        if (contents.RemovesSpaces)
        {
            while (place < points.Length && PrefixAt(points, place, utf8, offset) is (" ", var length))
            {
                Advance(points, ref place, ref offset, length);
            }
        }

        if (place == points.Length)
        {
            return "";
        }

        var normalized = new StringBuilder();
        if (!contents.SpacesAreSuffixes && contents.AddsSpace)
        {
            normalized.Append(space);
        }

        for (var isAfterSpace = contents.RemovesSpaces; place < points.Length;)
        {
            var (part, length) = PrefixAt(points, place, utf8, offset);
            part = isAfterSpace ? part.TrimStart(' ') : part;
            if (part.Length > 0)
            {
                normalized.Append(contents.EscapesSpaces ? part.Replace(" ", space, StringComparison.Ordinal) : part);
                isAfterSpace = part.EndsWith(' ');
            }

            isAfterSpace &= contents.RemovesSpaces;
            Advance(points, ref place, ref offset, length);
        }

        while (contents.RemovesSpaces && normalized.Length > 0 && normalized[^1] == space[0])
        {
            normalized.Length--;
        }

        return contents.SpacesAreSuffixes && contents.AddsSpace ? normalized.Append(space).ToString() : normalized.ToString();
    }

    // what stands for the beginning of the rest, and how many bytes that beginning has
    private (string Text, int Length) PrefixAt(int[] points, int place, byte[] utf8, int offset)
    {
        var (node, longest) = (0, 0);
        for (var end = place; end < points.Length && symbols.Descend(ref node, points[end], out var value); end++)
        {
            longest = value >= 0 ? end + 1 - place : longest;
        }

        if (longest == 0 && rules?.Longest(utf8.AsSpan(offset)) is var (length, text))
        {
            return (text, length);
        }

        var kept = Piece.TextOf(points.AsSpan(place, Math.Max(1, longest)));
        return (kept, Encoding.UTF8.GetByteCount(kept));
    }

    private static void Advance(int[] points, ref int place, ref int offset, int length)
    {
        for (var end = offset + length; offset < end && place < points.Length; place++)
        {
            offset += new Rune(points[place]).Utf8SequenceLength;
        }
    }
}
