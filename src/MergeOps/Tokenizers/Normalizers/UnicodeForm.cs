using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>A normal form of Unicode.</summary>
/// <param name="byCompatibility">Whether characters are decomposed by compatibility too.</param>
/// <param name="composes">Whether they are composed again.</param>
internal abstract class UnicodeForm(bool byCompatibility, bool composes) : INormalizer
{
    /// <inheritdoc/>
    public Piece Normalize(Piece piece)
    {
        var (points, origins) = Normalization.Decompose(piece.Points, piece.Origins, byCompatibility);
        if (composes)
        {
            Normalization.Compose(points, origins);
        }

        return piece.With(points, origins);
    }
}
