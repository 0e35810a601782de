using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.PostProcessors;

/// <summary>One after the other.</summary>
[Component("Sequence")]
internal sealed class SequencePostProcessor : IPostProcessor
{
    private readonly IReadOnlyList<IPostProcessor> steps;

    public SequencePostProcessor(ComponentSettings settings)
    {
        steps = settings.Components<IPostProcessor>("processors");

        // the library lets a second one put its tokens around each token of the first
        if (steps.Count(step => step.Process([0], addSpecialTokens: true).Count > 1) > 1)
        {
            throw settings.Refusal("adds tokens in more than one step");
        }
    }

    /// <inheritdoc/>
    public List<int> Process(List<int> ids, bool addSpecialTokens) => steps.Aggregate(ids, (all, step) => step.Process(all, addSpecialTokens));
}
