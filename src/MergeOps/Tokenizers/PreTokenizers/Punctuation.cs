using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits at punctuation.</summary>
[Component("Punctuation")]
internal sealed class Punctuation(ComponentSettings settings) : IPreTokenizer
{
    private static readonly CharacterPattern Mark = new(CharacterClasses.Punctuation.Contains);

    private readonly Delimiters delimiters = settings.Choice<Delimiters>("behavior", Delimiters.Isolated);

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into) => piece.Split(Mark.Find(piece.Points), delimiters, into);
}
