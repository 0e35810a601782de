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
    public static void Compute(TileReader reader, TensorJob job, Action<TensorJob, PooledTile> use, Action? end = null, long more = 0) =>
        Compute(reader, [job], (_, rows, tile) => use(rows, tile), end, more);

    /// <summary>Computes variants of one tensor, which read the same and differ in their parameters alone: each tile is read once for all of them.</summary>
    /// <param name="reader">Reads the inputs.</param>
    /// <param name="jobs">The variants.</param>
    /// <param name="use">Takes each tile with the output of each variant, which it gets the index of.</param>
    /// <param name="end">Called after the last tile, while <paramref name="more"/> is still held.</param>
    /// <param name="more">Bytes that are needed beside the tiles.</param>
    public static void Compute(TileReader reader, IReadOnlyList<TensorJob> jobs, Action<int, TensorJob, PooledTile> use, Action? end = null, long more = 0)
    {
        Pass(reader, [.. jobs.Select(job => job.WithoutTail)], jobs[0].Layout, use, more, () =>
        {
            if (jobs[0].Tail is { } tail)
            {
                Pass(reader, [.. jobs.Select(job => job with { Method = null, Shape = tail.Source.Shape, Base = null, Inputs = [tail], Tail = null, Compared = null, Statistics = [] })], TileLayout.Elements, use, 0, () => { });
            }

            end?.Invoke();
        });
    }

    private static void Pass(TileReader reader, TensorJob[] variants, TileLayout layout, Action<int, TensorJob, PooledTile> use, long more, Action end) => reader.Read(
        variants[0],
        layout,
        tiles =>
        {
            var together = variants.Length > 1 ? Together(variants, tiles) : null;
            var functions = together ?? Array.ConvertAll(variants, rows => rows.Kind == JobKind.Copy ? Convert : Prepare(rows, tiles));
            tiles.Fill(tile =>
            {
                var shared = variants.Length > 1 && together is null ? new SharedTile(tile, variants[0].Base is not null) : null;
                foreach (var (index, function) in functions.Index())
                {
                    shared?.Renew();
                    function((Tile?)shared ?? tile);
                    use(index, variants[index], tile);
                }
            });
            end();
        },
        more);

    private static IReadOnlyList<TileFunction>? Together(TensorJob[] variants, JobTiles tiles)
    {
        using var temporaries = torch.NewDisposeScope();
        return variants[0].Method?.PrepareTogether([.. variants.Select(variant => new VariantInputs(tiles, variant))]);
    }

    private static TileFunction Prepare(TensorJob job, JobTiles tiles)
    {
        using var temporaries = torch.NewDisposeScope();
        return job.Method!.Prepare(new VariantInputs(tiles, job));
    }

    private static void Convert(Tile tile) => tile.Output.copy_(tile.Models[0]);
}
