using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.SubwordModels;

namespace MergeOps.Tokenizers.SentencePieces;

/// <summary>The pieces that together have the best score, in the numbers that SentencePiece computes with. Source: google/sentencepiece, <c>unigram_model.cc</c>.</summary>
internal sealed class SentencePieceUnigram
{
    private const float UnknownPenalty = 10;

    private readonly IReadOnlyList<(string Text, float Score, PieceKind Kind)> pieces;
    private readonly PrefixTree tree = new();
    private readonly float unknownScore;
    private readonly float bestScore;

    public SentencePieceUnigram(IReadOnlyList<(string Text, float Score, PieceKind Kind)> pieces)
    {
        this.pieces = pieces;
        var scores = pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score).DefaultIfEmpty(0).ToArray();
        (unknownScore, bestScore) = (scores.Min() - UnknownPenalty, scores.Max());
        for (var id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Kind is PieceKind.Normal or PieceKind.UserDefined)
            {
                tree.Add(Piece.PointsOf(pieces[id].Text), id);
            }
        }
    }

    /// <summary>The parts of a text.</summary>
    public List<string> Split(string text)
    {
        var points = Piece.PointsOf(text);
        var best = new (float Score, int Start)[points.Length + 1];
        best.AsSpan(1).Fill((0, -1));
        for (var start = 0; start < points.Length; start++)
        {
            var (here, node, length, isSingleKnown) = (best[start].Score, 0, 0, false);
            for (var end = start; end < points.Length && tree.Descend(ref node, points[end], out var id); end++)
            {
                length += new System.Text.Rune(points[end]).Utf8SequenceLength;
                if (id < 0)
                {
                    continue;
                }

                var score = pieces[id].Kind == PieceKind.UserDefined ? (length * bestScore) - 0.1f : pieces[id].Score;
                Offer(ref best[end + 1], score + here, start);
                isSingleKnown |= end == start;
            }

            if (!isSingleKnown)
            {
                Offer(ref best[start + 1], unknownScore + here, start);
            }
        }

        var parts = new List<string>();
        for (var end = points.Length; end > 0; end = best[end].Start)
        {
            parts.Add(Piece.TextOf(points.AsSpan(best[end].Start..end)));
        }

        parts.Reverse();
        return parts;
    }

    private static void Offer(ref (float Score, int Start) target, float score, int start)
    {
        if (target.Start < 0 || score > target.Score)
        {
            target = (score, start);
        }
    }
}
