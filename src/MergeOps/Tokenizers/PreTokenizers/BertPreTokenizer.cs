using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits at white space, which goes, and at punctuation.</summary>
[Component("BertPreTokenizer")]
internal sealed class BertPreTokenizer : IPreTokenizer
{
    private static readonly CharacterPattern Space = new(CharacterClasses.WhiteSpace.Contains);
    private static readonly CharacterPattern Mark = new(CharacterClasses.Punctuation.Contains);

    public BertPreTokenizer(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into)
    {
        var words = new List<Piece>();
        piece.Split(Space.Find(piece.Points), Delimiters.Removed, words);
        foreach (var word in words)
        {
            word.Split(Mark.Find(word.Points), Delimiters.Isolated, into);
        }
    }
}
