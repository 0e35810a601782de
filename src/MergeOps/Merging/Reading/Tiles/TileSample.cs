using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>Tiles of runs that are spread evenly over a tensor: about half a million elements, or a sixteenth of a large tensor.</summary>
internal static class TileSample
{
    private const long Enough = 1 << 19;
    private const int MaxSpacing = 16;

    // long enough that reading a run costs little more than its bytes, short enough to see many rows
    private const int RunLength = 512;
    private const uint GoldenRatio = 0x9E3779B9;

    /// <summary>The tiles, each of about so many elements; of a tensor that is too small for samples all.</summary>
    public static IEnumerable<TileRange> Of(TensorJob job, long tileElements)
    {
        var spacing = Math.Clamp(job.ElementCount / Enough, 1, MaxSpacing);
        return spacing == 1 ? TileRange.Cut(job, TileLayout.Elements, tileElements) : Runs(job.ElementCount, spacing, tileElements);
    }

    private static IEnumerable<TileRange> Runs(long elements, long spacing, long tileElements)
    {
        var length = Math.Min(RunLength, tileElements);
        var blocks = elements / (length * spacing);
        var inTile = tileElements / length;
        for (var first = 0L; first < blocks; first += inTile)
        {
            var count = Math.Min(inTile, blocks - first);
            yield return new TileRange(RunStart(first, length, spacing), count * length, [count * length])
            {
                Runs = [.. Enumerable.Range(0, (int)count).Select(run => (RunStart(first + run, length, spacing), length))],
            };
        }
    }

    // the golden ratio scatters the runs within their blocks, so that the columns of a matrix have equal chances
    private static long RunStart(long block, long length, long spacing) =>
        ((block * spacing) + (long)(((ulong)unchecked((uint)block * GoldenRatio) * (ulong)spacing) >> 32)) * length;
}
