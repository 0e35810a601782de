using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits at digits, each by itself or run by run.</summary>
[Component("Digits")]
internal sealed class Digits(ComponentSettings settings) : IPreTokenizer
{
    private static readonly CharacterPattern Digit = new(CharacterClasses.Numeric.Contains);

    private readonly Delimiters delimiters = settings.Flag("individual_digits") ? Delimiters.Isolated : Delimiters.Contiguous;

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into) => piece.Split(Digit.Find(piece.Points), delimiters, into);
}
