using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>A text in the place of each match.</summary>
[Component("Replace")]
internal sealed class Replace(ComponentSettings settings) : INormalizer
{
    private readonly ITextPattern pattern = settings.Pattern("pattern");
    private readonly int[] content = Piece.PointsOf(settings.Text("content"));

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => piece.Replace(pattern.Find(piece.Points), content);
}
