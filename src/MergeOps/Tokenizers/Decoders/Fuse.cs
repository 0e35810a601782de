using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>All tokens as one, for what comes behind.</summary>
[Component("Fuse")]
internal sealed class Fuse : IDecoder
{
    public Fuse(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
