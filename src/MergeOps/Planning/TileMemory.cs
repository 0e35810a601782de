using MergeOps.Methods.Contract;

namespace MergeOps.Planning;

/// <summary>How much memory a job's tiles take.</summary>
internal static class TileMemory
{
    /// <summary>Elements of a tile: large enough to hide the cost of a call, small enough to stay in the cache.</summary>
    public const int DefaultTileElements = 1 << 18;

    // what a method usually asks for beside its inputs: the output, and scratch
    private const int MoreTiles = 1 + 4;

    /// <summary>Bytes that one element of a tile takes in all buffers together.</summary>
    public static long BytesPerElement(TensorJob job) =>
        (job.Inputs.Length + job.TiledStatistics.Count() + (job.Base is null ? 0 : 1) + MoreTiles + (job.Method?.MoreTiles ?? 0)) * (job.IsDouble ? sizeof(double) : sizeof(float));

    /// <summary>Elements of a job's largest tile.</summary>
    public static long LargestTile(TensorJob job, TileLayout layout, long tileElements) => layout switch
    {
        TileLayout.Whole => job.ElementCount,
        TileLayout.Rows => Math.Min(job.ElementCount, Math.Max(job.RowLength, tileElements)),
        _ => Math.Min(job.ElementCount, tileElements),
    };

    /// <summary>Bytes that a job's buffers take, and what its inputs keep in memory.</summary>
    public static long Need(TensorJob job, TileLayout layout, long tileElements) => job.Factor is { } factor
        ? Need(factor.Changed, layout, tileElements) + factor.HeldBytes
        : OwnNeed(job, layout, tileElements) + job.StageResults.Sum(result => result.OwnBytes);

    /// <summary>The same without what stages need.</summary>
    public static long OwnNeed(TensorJob job, TileLayout layout, long tileElements) =>
        (LargestTile(job, layout, tileElements) * BytesPerElement(job)) + job.Read.Sum(input => input.Source.HeldBytes) + HeldByMethod(job)
        + HeldByStatistics(job);

    private static long HeldByStatistics(TensorJob job) =>
        job.Statistics.IsEmpty ? 0 : job.Statistics.Sum(statistic => statistic.Source?.HeldBytes ?? 0) + job.Statistics.Max(statistic => statistic.WholeBytes);

    /// <summary>What the method holds beside the tiles.</summary>
    public static long HeldByMethod(TensorJob job) => job.Method?.HeldBytes(job.Parameters, job.WithoutTail.Shape, job.Inputs.Length, job.IsDouble ? sizeof(double) : sizeof(float), job.HasStatistics) ?? 0;
}
