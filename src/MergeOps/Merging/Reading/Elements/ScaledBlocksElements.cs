using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads 8-bit floats with a scale for each block.</summary>
internal sealed class ScaledBlocksElements : DequantizedElements<ScaledBlocks>
{
    private const int WindowScales = 1 << 13;

    private readonly byte[] packed = GC.AllocateUninitializedArray<byte>(PieceBuffers.Elements);
    private readonly long rows;
    private readonly long columns;
    private readonly long gridRows;
    private readonly long gridColumns;
    private readonly bool isShared;
    private float[] window = [];
    private long windowStart;
    private int windowLength;

    public ScaledBlocksElements(ScaledBlocks source, ElementReaders readers)
        : base(source, readers)
    {
        (rows, columns) = source.Shape switch
        {
            [.., var above, var last] => (above, last),
            [var only] => (1, only),
            _ => (1, 1),
        };
        gridRows = (rows + source.BlockRows - 1) / source.BlockRows;
        gridColumns = (columns + source.BlockColumns - 1) / source.BlockColumns;
        isShared = source.Scales.ElementCount == gridRows * gridColumns;
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) =>
        Packed.RunsOf(start, count).Concat(Scales.RunsOf(0, Source.Scales.ElementCount));

    /// <inheritdoc/>
    protected override void Dequantize(long start, Span<float> target)
    {
        var bytes = packed.AsSpan(0, target.Length);
        Packed.Read(start, target.Length, bytes, ElementForm.Stored);
        Float8.Widen(bytes, Source.Packed.DType, target);
        while (!target.IsEmpty)
        {
            var (line, column) = Math.DivRem(start, columns);
            var (matrix, row) = Math.DivRem(line, rows);
            var scale = ScaleAt((((isShared ? 0 : matrix * gridRows) + (row / Source.BlockRows)) * gridColumns) + (column / Source.BlockColumns));
            var length = (int)Math.Min(target.Length, Math.Min(columns - column, Source.BlockColumns - (column % Source.BlockColumns)));
            Multiply(target[..length], scale);
            target = target[length..];
            start += length;
        }
    }

    private float ScaleAt(long index)
    {
        if (index < windowStart || index >= windowStart + windowLength)
        {
            LoadWindow(index);
        }

        return window[index - windowStart];
    }

    // whole rows of the grid, since the rows of a block go over them again and again
    private void LoadWindow(long index)
    {
        var lines = Math.Max(1, WindowScales / gridColumns);
        windowStart = index / gridColumns / lines * lines * gridColumns;
        windowLength = (int)Math.Min(lines * gridColumns, Source.Scales.ElementCount - windowStart);
        window = window.Length < windowLength ? new float[windowLength] : window;
        Scales.Read(windowStart, windowLength, MemoryMarshal.AsBytes(window.AsSpan(0, windowLength)), ElementForm.Single);
    }
}
