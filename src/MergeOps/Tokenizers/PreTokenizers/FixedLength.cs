using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>Splits into runs of so many characters.</summary>
[Component("FixedLength")]
internal sealed class FixedLength : IPreTokenizer
{
    private const int Usual = 5;

    private readonly int length;

    public FixedLength(ComponentSettings settings)
    {
        length = settings.Find("length").ValueKind is System.Text.Json.JsonValueKind.Undefined ? Usual : settings.Number("length");
        if (length == 0)
        {
            throw settings.Refusal("has the length 0");
        }
    }

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into)
    {
        for (var start = 0; start < piece.Points.Length; start = (int)Math.Min((long)start + length, piece.Points.Length))
        {
            into.Add(piece.Slice(start, (int)Math.Min((long)start + length, piece.Points.Length)));
        }
    }
}
