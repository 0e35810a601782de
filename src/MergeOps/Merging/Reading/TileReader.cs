using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Runtime;

namespace MergeOps.Merging.Reading;

/// <summary>What all threads share that read the inputs of a plan.</summary>
/// <param name="Files">The weight files.</param>
/// <param name="Memory">The limit of all buffers together.</param>
/// <param name="TileElements">Elements of an ordinary tile at most; fewer where the device gains nothing by so many.</param>
/// <param name="Device">Where the tiles lie.</param>
internal sealed record ReadingContext(InputFiles Files, MemoryGate Memory, int TileElements, MergeDevice Device)
{
    /// <summary>Elements of an ordinary tile.</summary>
    public int TileElements { get; } = Math.Min(TileElements, Device.MostTileElements);

    /// <summary>What is known about all tensors together.</summary>
    public KnownScans Scans { get; } = new();

    /// <summary>What is kept for later points of a search; null where there are none.</summary>
    public KnownChanges? Changes { get; init; }
}

/// <summary>Shows the tiles of jobs' inputs, job after job, in one thread and with buffers of its own.</summary>
internal sealed class TileReader(ReadingContext context, CancellationToken cancellation) : IDisposable
{
    /// <summary>The buffers.</summary>
    public Workspace Workspace { get; } = new(context.Device.Device);

    /// <summary>Lends the tiles of a job; waits while other threads hold the memory that it needs.</summary>
    /// <param name="job">The job.</param>
    /// <param name="layout">The pieces in which its tensors come.</param>
    /// <param name="use">Looks at them.</param>
    /// <param name="more">Bytes that whoever looks at them needs beside.</param>
    /// <exception cref="Diagnostics.MergeOpsException">An input cannot be read, or is not what was planned or hashed.</exception>
    public void Read(TensorJob job, TileLayout layout, Action<JobTiles> use, long more = 0)
    {
        using var taken = context.Memory.Enter(TileMemory.Need(job, layout, context.TileElements) + more, cancellation);
        using (var tiles = new JobTiles(job, layout, context.TileElements, context.Files, Workspace, new(context.Device.Device, context.Device.Operators, context.Memory, context.Scans, cancellation) { Changes = context.Changes }))
        {
            use(tiles);
        }

        Workspace.Trim(context.TileElements);
    }

    /// <inheritdoc/>
    public void Dispose() => Workspace.Dispose();
}
