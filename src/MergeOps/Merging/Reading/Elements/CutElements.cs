using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads the top-left part of a source: one run when only the first axis is shorter, and a run for each row otherwise.</summary>
internal sealed class CutElements : RearrangedElements<Cut>
{
    private readonly long runLength;
    private readonly int outerAxes;

    public CutElements(Cut source, ElementReaders readers)
        : base(source, readers)
    {
        var cut = source.Shape.Length - 1;
        while (cut > 0 && source.Shape[cut] == source.Source.Shape[cut])
        {
            cut--;
        }

        outerAxes = Math.Max(0, cut);
        runLength = TensorSource.CountOf(source.Shape.Skip(outerAxes));
    }

    /// <inheritdoc/>
    protected override IEnumerable<ElementRun> Places(long start, long count)
    {
        while (count > 0)
        {
            var (run, within) = Math.DivRem(start, runLength);
            var length = Math.Min(count, runLength - within);
            yield return new(0, StartOf(run) + within, length);
            start += length;
            count -= length;
        }
    }

    private long StartOf(long run)
    {
        var whole = Source.Source.Shape;
        var stride = TensorSource.CountOf(whole.Skip(outerAxes));
        var start = 0L;
        for (var axis = outerAxes - 1; axis >= 0; axis--)
        {
            (run, var index) = Math.DivRem(run, Source.Shape[axis]);
            start += index * stride;
            stride *= whole[axis];
        }

        return start;
    }
}
