using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>One normalizer after the other.</summary>
[Component("Sequence")]
internal sealed class SequenceNormalizer(ComponentSettings settings) : INormalizer
{
    private readonly IReadOnlyList<INormalizer> normalizers = settings.Components<INormalizer>("normalizers");

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => normalizers.Aggregate(piece, (text, normalizer) => normalizer.Normalize(text));
}
