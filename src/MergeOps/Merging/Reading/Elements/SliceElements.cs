using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads some places of an axis.</summary>
internal sealed class SliceElements(Slice source, ElementReaders readers) : RearrangedElements<Slice>(source, readers)
{
    private readonly long whole = source.Source.Shape[source.Axis];
    private readonly long inner = TensorSource.CountOf(source.Source.Shape.Skip(source.Axis + 1));

    /// <inheritdoc/>
    protected override IEnumerable<ElementRun> Places(long start, long count)
    {
        while (count > 0)
        {
            var (place, within) = Math.DivRem(start, inner);
            var (outer, index) = Math.DivRem(place, Source.Count);
            var first = (((outer * whole) + Source.Start + (index * Source.Step)) * inner) + within;
            var left = Source.Step == 1 ? ((Source.Count - index) * inner) - within
                : inner == 1 ? Source.Count - index
                : inner - within;
            var length = Math.Min(count, left);
            yield return new(0, first, length, inner == 1 ? Source.Step : 1);
            start += length;
            count -= length;
        }
    }
}
