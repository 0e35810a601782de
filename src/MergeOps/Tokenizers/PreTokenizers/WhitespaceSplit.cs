using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits at white space, which goes.</summary>
[Component("WhitespaceSplit")]
internal sealed class WhitespaceSplit : IPreTokenizer
{
    private static readonly CharacterPattern Space = new(CharacterClasses.WhiteSpace.Contains);

    public WhitespaceSplit(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into) => piece.Split(Space.Find(piece.Points), Delimiters.Removed, into);
}
