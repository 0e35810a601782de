using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using TorchSharp;

namespace MergeOps.Merging;

/// <summary>Computes the merged tensor of a job tile by tile, in ascending order.</summary>
internal static class MergedTiles
{
    /// <summary>Computes.</summary>
    /// <param name="reader">Reads the inputs.</param>
    /// <param name="job">The job.</param>
    /// <param name="use">Takes each tile with its output; the rows that are copied from one model come last, and their tiles begin at 0 again.</param>
    /// <param name="end">Called after the last tile, while <paramref name="more"/> is still held.</param>
    /// <param name="more">Bytes that are needed beside the tiles.</param>
    public static void Compute(TileReader reader, TensorJob job, Action<TensorJob, PooledTile> use, Action? end = null, long more = 0)
    {
        Pass(reader, job.WithoutTail, job.Layout, use, more, () =>
        {
            if (job.Tail is { } tail)
            {
                Pass(reader, job with { Method = null, Shape = tail.Source.Shape, Base = null, Inputs = [tail], Tail = null, Compared = null }, TileLayout.Elements, use, 0, () => { });
            }

            end?.Invoke();
        });
    }

    private static void Pass(TileReader reader, TensorJob rows, TileLayout layout, Action<TensorJob, PooledTile> use, long more, Action end) => reader.Read(
        rows,
        layout,
        tiles =>
        {
            var function = rows.Kind == JobKind.Copy ? Convert : Prepare(rows, tiles);
            tiles.Fill(tile =>
            {
                function(tile);
                use(rows, tile);
            });
            end();
        },
        more);

    private static TileFunction Prepare(TensorJob job, JobTiles tiles)
    {
        using var temporaries = torch.NewDisposeScope();
        return job.Method!.Prepare(tiles);
    }

    private static void Convert(Tile tile) => tile.Output.copy_(tile.Models[0]);
}
