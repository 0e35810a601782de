using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads stacked sources.</summary>
internal sealed class StackElements(Stack source, ElementReaders readers) : RearrangedElements<Stack>(source, readers)
{
    private readonly long inner = TensorSource.CountOf(source.Shape.Skip(source.Axis + 1));

    /// <inheritdoc/>
    protected override IEnumerable<ElementRun> Places(long start, long count)
    {
        while (count > 0)
        {
            var (place, within) = Math.DivRem(start, inner);
            var (outer, part) = Math.DivRem(place, Parts.Length);
            var length = Math.Min(count, inner - within);
            yield return new((int)part, (outer * inner) + within, length);
            start += length;
            count -= length;
        }
    }
}
