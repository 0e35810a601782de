using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>A run of elements of an output tensor, and the shape in which a method sees it.</summary>
/// <param name="Start">Index of the first element, row-major.</param>
/// <param name="Length">The number of elements.</param>
/// <param name="Shape">The tile's shape.</param>
internal sealed record TileRange(long Start, long Length, long[] Shape)
{
    /// <summary>The runs of elements that follow one another in the tile: one, but for samples.</summary>
    public (long Start, long Length)[] Runs { get; init; } = [(Start, Length)];

    /// <summary>Cuts a tensor into tiles of about so many elements, in ascending order; a row is never cut.</summary>
    public static IEnumerable<TileRange> Cut(TensorJob job, TileLayout layout, long tileElements)
    {
        var total = job.ElementCount;
        if (layout == TileLayout.Whole)
        {
            return total == 0 ? [] : [new TileRange(0, total, [.. job.Shape])];
        }

        var unit = layout == TileLayout.Rows ? job.RowLength : 1;
        var step = unit * Math.Max(1, tileElements / Math.Max(1, unit));
        return Cut(total, step, layout == TileLayout.Rows ? unit : null);
    }

    private static IEnumerable<TileRange> Cut(long total, long step, long? rowLength)
    {
        for (var start = 0L; start < total; start += step)
        {
            var length = Math.Min(step, total - start);
            yield return new TileRange(start, length, rowLength is { } row ? [length / row, row] : [length]);
        }
    }
}
