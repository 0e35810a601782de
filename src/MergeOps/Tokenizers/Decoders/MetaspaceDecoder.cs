using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>What stands for a space as a space; that of the first token goes where one is put before texts.</summary>
[Component("Metaspace")]
internal sealed class MetaspaceDecoder(ComponentSettings settings) : IDecoder
{
    private readonly MetaspaceSettings settings = new(settings);

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var mark = Piece.TextOf([settings.Replacement]);
        return [.. tokens.Select((token, i) => token.Replace(mark, i == 0 && settings.Prepends != PrependScheme.Never ? "" : " ", StringComparison.Ordinal))];
    }
}
