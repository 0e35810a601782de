using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.PostProcessors;

/// <summary>Changes where tokens are in the text, and no token.</summary>
[Component("ByteLevel")]
internal sealed class ByteLevelPostProcessor : IPostProcessor
{
    public ByteLevelPostProcessor(ComponentSettings settings)
    {
        settings.Ignore("add_prefix_space");
        settings.Ignore("trim_offsets");
        settings.Ignore("use_regex");
    }

    /// <inheritdoc/>
    public List<int> Process(List<int> ids, bool addSpecialTokens) => ids;
}
