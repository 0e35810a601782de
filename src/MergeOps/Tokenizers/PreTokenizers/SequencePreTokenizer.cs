using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.PreTokenizers;

/// <summary>One after the other, each on what the one before has split.</summary>
[Component("Sequence")]
internal sealed class SequencePreTokenizer(ComponentSettings settings) : IPreTokenizer
{
    private readonly IReadOnlyList<IPreTokenizer> steps = settings.Components<IPreTokenizer>("pretokenizers");

    /// <inheritdoc/>
    public void Split(Piece piece, List<Piece> into)
    {
        List<Piece> pieces = [piece];
        foreach (var step in steps)
        {
            var next = new List<Piece>(pieces.Count);
            foreach (var part in pieces)
            {
                step.Split(part, next);
            }

            pieces = next;
        }

        into.AddRange(pieces);
    }
}
