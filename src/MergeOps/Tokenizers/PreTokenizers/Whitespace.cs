using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Runs of characters of words, and runs of others; white space goes.</summary>
[Component("Whitespace")]
internal sealed class Whitespace : IPreTokenizer
{
    public Whitespace(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into)
    {
        for (var start = 0; start < piece.Points.Length;)
        {
            var end = start + 1;
            while (end < piece.Points.Length && KindOf(piece.Points[end]) == KindOf(piece.Points[start]))
            {
                end++;
            }

            if (KindOf(piece.Points[start]) != Kind.Space)
            {
                into.Add(piece.Slice(start, end));
            }

            start = end;
        }
    }

    private static Kind KindOf(int point) =>
        CharacterClasses.WordOrJoiner.Contains(point) ? Kind.Word : CharacterClasses.WhiteSpace.Contains(point) ? Kind.Space : Kind.Other;

    private enum Kind
    {
        Word,
        Space,
        Other,
    }
}
