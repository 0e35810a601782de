using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>A run of elements that lie in one part of a source at equal distances.</summary>
/// <param name="Part">The part's index.</param>
/// <param name="Start">The first element there.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Step">The distance of two elements that follow each other; 1 where they lie together.</param>
internal readonly record struct ElementRun(int Part, long Start, long Count, long Step = 1);

/// <summary>Reads a source whose elements are those of its parts in the same order, all or some of them.</summary>
/// <typeparam name="TSource">The kind of source.</typeparam>
internal abstract class RearrangedElements<TSource>(TSource source, ElementReaders readers) : ElementReader<TSource>(source, readers)
    where TSource : TensorSource
{
    private byte[] span = [];

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) =>
        from part in Places(start, count).GroupBy(run => run.Part)
        let first = part.Min(run => run.Start)
        from stored in Parts[part.Key].RunsOf(first, part.Max(run => run.Start + ((run.Count - 1) * run.Step) + 1) - first)
        select stored;

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        foreach (var run in Places(start, count))
        {
            var bytes = (int)form.BytesOf(Source.DType, run.Count);
            if (run.Step == 1)
            {
                Parts[run.Part].Read(run.Start, run.Count, target[..bytes], form);
            }
            else
            {
                ReadApart(run, target[..bytes], form);
            }

            target = target[bytes..];
        }
    }

    /// <summary>Where a run of elements lies: all of it, in order.</summary>
    protected abstract IEnumerable<ElementRun> Places(long start, long count);

    // reads what lies between, too: a file gives neighbours for nothing
    private void ReadApart(ElementRun run, Span<byte> target, ElementForm form)
    {
        var size = (int)form.BytesOf(Source.DType, 1);
        if (span.Length == 0)
        {
            span = GC.AllocateUninitializedArray<byte>(PieceBuffers.Elements * sizeof(double));
        }

        var most = Math.Max(1, PieceBuffers.Elements / run.Step);
        for (var done = 0L; done < run.Count; done += most)
        {
            var count = (int)Math.Min(most, run.Count - done);
            var covered = (int)(((count - 1) * run.Step) + 1);
            var bytes = span.AsSpan(0, covered * size);
            Parts[run.Part].Read(run.Start + (done * run.Step), covered, bytes, form);
            Strided.Gather(bytes, (int)run.Step, target.Slice((int)done * size, count * size), size);
        }
    }
}
