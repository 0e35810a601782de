using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.PostProcessors;

/// <summary>RoBERTa's tokens around a text.</summary>
[Component("RobertaProcessing")]
internal sealed class RobertaProcessing : ClassAndSeparator
{
    public RobertaProcessing(ComponentSettings settings)
        : base(settings)
    {
        settings.Ignore("trim_offsets");
        settings.Ignore("add_prefix_space");
    }
}
