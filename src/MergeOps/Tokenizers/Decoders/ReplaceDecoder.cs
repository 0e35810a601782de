using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>A text in the place of each match in a token.</summary>
[Component("Replace")]
internal sealed class ReplaceDecoder(ComponentSettings settings) : IDecoder
{
    private readonly ITextPattern pattern = settings.Pattern("pattern");
    private readonly string content = settings.Text("content");

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => tokens.ConvertAll(token =>
    {
        var points = Piece.PointsOf(token);
        return string.Concat(pattern.Find(points).Select(match => match.IsMatch ? content : Piece.TextOf(points.AsSpan(match.Start, match.End - match.Start))));
    });
}
