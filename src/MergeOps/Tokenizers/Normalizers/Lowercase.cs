using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Lower case, character by character.</summary>
[Component("Lowercase")]
internal sealed class Lowercase : INormalizer
{
    public Lowercase(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => piece.Expand(LowerCase.Add);
}
