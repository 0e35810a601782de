using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>Each token without so many of a character at its ends.</summary>
[Component("Strip")]
internal sealed class StripDecoder(ComponentSettings settings) : IDecoder
{
    private readonly int content = settings.Character("content");
    private readonly int start = settings.Number("start");
    private readonly int stop = settings.Number("stop");

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(token =>
    {
        var points = Piece.PointsOf(token);
        var (from, to) = (0, points.Length);
        while (from < Math.Min(start, points.Length) && points[from] == content)
        {
            from++;
        }

        while (points.Length - to < stop && to > from && points[to - 1] == content)
        {
            to--;
        }

        return Piece.TextOf(points.AsSpan(from, to - from));
    });
}
