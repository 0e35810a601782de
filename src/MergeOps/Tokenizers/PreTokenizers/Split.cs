using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits at what a pattern matches.</summary>
[Component("Split")]
internal sealed class Split(ComponentSettings settings) : IPreTokenizer
{
    private readonly ITextPattern pattern = settings.Pattern("pattern");
    private readonly Delimiters delimiters = settings.Choice<Delimiters>("behavior");
    private readonly bool isInverted = settings.Flag("invert");

    /// <inheritdoc/>
    void IPreTokenizer.Split(Piece piece, List<Piece> into)
    {
        var matches = pattern.Find(piece.Points);
        piece.Split(isInverted ? matches.ConvertAll(match => match with { IsMatch = !match.IsMatch }) : matches, delimiters, into);
    }
}
