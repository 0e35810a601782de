using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Writes spaces as another character, and splits before each.</summary>
[Component("Metaspace")]
internal sealed class MetaspacePreTokenizer : IPreTokenizer
{
    private readonly MetaspaceSettings settings;
    private readonly LiteralPattern mark;

    public MetaspacePreTokenizer(ComponentSettings settings)
    {
        this.settings = new MetaspaceSettings(settings);
        mark = new LiteralPattern([this.settings.Replacement]);
    }

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into)
    {
        piece = piece.Map(point => point == ' ' ? settings.Replacement : point);
        var isWanted = settings.Prepends == PrependScheme.Always || (settings.Prepends == PrependScheme.First && piece.Origin == 0);
        if (isWanted && !piece.Points.StartsWith([settings.Replacement]))
        {
            piece = piece.Prepend([settings.Replacement]);
        }

        if (settings.Splits)
        {
            piece.Split(mark.Find(piece.Points), Delimiters.MergedWithNext, into);
        }
        else
        {
            into.Add(piece);
        }
    }
}
