using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits at one character, which goes.</summary>
[Component("CharDelimiterSplit")]
internal sealed class CharDelimiterSplit(ComponentSettings settings) : IPreTokenizer
{
    private readonly LiteralPattern delimiter = new([settings.Character("delimiter")]);

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into) => piece.Split(delimiter.Find(piece.Points), Delimiters.Removed, into);
}
