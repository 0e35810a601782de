using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>A text before every text that is not empty.</summary>
[Component("Prepend")]
internal sealed class Prepend(ComponentSettings settings) : INormalizer
{
    private readonly int[] before = Piece.PointsOf(settings.Text("prepend"));

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => piece.Prepend(before);
}
