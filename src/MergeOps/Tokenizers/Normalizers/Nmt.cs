using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>The cleaning of Google's translation models: without controls, and with plain spaces.</summary>
[Component("Nmt")]
internal sealed class Nmt : INormalizer
{
    public Nmt(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => piece.Where(point => !IsRemoved(point)).Map(point => IsSpace(point) ? ' ' : point);

    private static bool IsRemoved(int point) => point is (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F;

    private static bool IsSpace(int point) =>
        point is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
}
