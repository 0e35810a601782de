using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>One after the other.</summary>
[Component("Sequence")]
internal sealed class SequenceDecoder(ComponentSettings settings) : IDecoder
{
    private readonly IReadOnlyList<IDecoder> steps = settings.Components<IDecoder>("decoders");

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => steps.Aggregate(tokens, (all, step) => step.Decode(all));
}
