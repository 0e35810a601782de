using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads a source under another shape: its elements keep their order.</summary>
internal sealed class ReshapeElements(Reshape source, ElementReaders readers) : RearrangedElements<Reshape>(source, readers)
{
    /// <inheritdoc/>
    protected override IEnumerable<ElementRun> Places(long start, long count) => [new(0, start, count)];
}
