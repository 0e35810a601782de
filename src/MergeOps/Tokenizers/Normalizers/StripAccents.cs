using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Without combining marks; letters that are one character with their accent keep it.</summary>
[Component("StripAccents")]
internal sealed class StripAccents : INormalizer
{
    public StripAccents(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => piece.Where(point => !CharacterClasses.CombiningMark.Contains(point));
}
