using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>
/// Reads a source with its axes in another order. A block of axes that change places is held as it is stored; panels of
/// some rows of the result are filled from it and handed out.
/// </summary>
internal sealed class TransposeElements : ElementReader<Transpose>
{
    private const long RunLength = 32;

    private readonly long blockLength;
    private readonly long[] lengths;
    private readonly long[] strides;
    private readonly int rowAxis;
    private readonly long rowLength;
    private readonly long rows;
    private byte[] panel = [];
    private byte[] run = [];
    private (long Block, long Row, ElementForm Form)? filled;
    private long? heldBlock;

    public TransposeElements(Transpose source, ElementReaders readers)
        : base(source, readers)
    {
        var (first, shape) = (source.FixedAxes, source.Shape);
        blockLength = source.BlockLength;
        lengths = [.. source.Source.Shape.Skip(first)];

        // of each axis of the source: the distance of two of its places in the result
        strides = new long[lengths.Length];
        for (var axis = first; axis < shape.Length; axis++)
        {
            strides[source.Axes[axis] - first] = TensorSource.CountOf(shape.Skip(axis + 1));
        }

        rowAxis = lengths.Length == 0 ? 0 : source.Axes[first] - first;
        rowLength = Math.Max(1, lengths.Length == 0 ? 1 : strides[rowAxis]);
        rows = Math.Clamp(WholeRuns(Transpose.PanelElements / rowLength), 1, Math.Max(1, blockLength / rowLength));
    }

    // what is quantized comes in runs with a scale of their own, and the half of one costs as much as all of it
    private static long WholeRuns(long count) => count < RunLength ? count : count / RunLength * RunLength;

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count)
    {
        var first = start / Math.Max(1, blockLength) * blockLength;
        var last = Math.Min(Source.ElementCount, (start + count + blockLength - 1) / Math.Max(1, blockLength) * blockLength);
        return Parts[0].RunsOf(first, last - first);
    }

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        if (lengths.Length == 0)
        {
            Parts[0].Read(start, count, target, form);
            return;
        }

        var panelLength = rows * rowLength;
        while (count > 0)
        {
            var (block, within) = Math.DivRem(start, blockLength);
            var (index, place) = Math.DivRem(within, panelLength);
            var filledLength = Math.Min(panelLength, blockLength - (index * panelLength));
            var taken = (int)Math.Min(count, filledLength - place);
            Fill(block, index * rows, form);
            var bytes = (int)form.BytesOf(Source.DType, taken);
            panel.AsSpan((int)form.BytesOf(Source.DType, place), bytes).CopyTo(target);
            target = target[bytes..];
            start += taken;
            count -= taken;
        }
    }

    private void Fill(long block, long row, ElementForm form)
    {
        if (filled == (block, row, form))
        {
            return;
        }

        if (heldBlock != block)
        {
            foreach (var stored in Parts[0].RunsOf(block * blockLength, blockLength))
            {
                stored.Reader.Hold(stored.Start, stored.Length);
            }

            heldBlock = block;
        }

        var count = Math.Min(rows, lengths[rowAxis] - row);
        var bytes = (int)form.BytesOf(Source.DType, count * rowLength);
        panel = panel.Length < bytes ? GC.AllocateUninitializedArray<byte>(bytes) : panel;
        Fill(0, block * blockLength, 0, row, count, form);
        filled = (block, row, form);
    }

    // goes over the source in its own order, with only the wanted places of the axis that becomes the rows
    private void Fill(int axis, long from, long to, long row, long count, ElementForm form)
    {
        var inner = TensorSource.CountOf(lengths.Skip(axis + 1));
        var (first, places) = axis == rowAxis ? (row, count) : (0, lengths[axis]);
        if (axis == lengths.Length - 1)
        {
            Scatter(from + first, places, to, strides[axis], form);
            return;
        }

        for (var place = 0L; place < places; place++)
        {
            Fill(axis + 1, from + ((first + place) * inner), to + (place * strides[axis]), row, count, form);
        }
    }

    private void Scatter(long from, long count, long to, long stride, ElementForm form)
    {
        var size = (int)form.BytesOf(Source.DType, 1);
        for (var done = 0L; done < count; done += PieceBuffers.Elements)
        {
            var piece = (int)Math.Min(PieceBuffers.Elements, count - done);
            run = run.Length < piece * size ? GC.AllocateUninitializedArray<byte>(piece * size) : run;
            var elements = run.AsSpan(0, piece * size);
            Parts[0].Read(from + done, piece, elements, form);
            Strided.Scatter(elements, panel.AsSpan((int)((to + (done * stride)) * size)), (int)stride, size);
        }
    }
}
