using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Each byte of UTF-8 as a printable character.</summary>
[Component("ByteLevel")]
internal sealed class ByteLevelNormalizer : INormalizer
{
    public ByteLevelNormalizer(ComponentSettings settings)
    {
        settings.Ignore("add_prefix_space");
        settings.Ignore("trim_offsets");
        settings.Ignore("use_regex");
    }

    /// <inheritdoc/>
    public Piece Normalize(Piece piece) => piece.Expand(ByteSymbols.Add);
}
