using System.Collections.Immutable;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Planning;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>
/// The inputs of one job as its method may look at them, and the tiles of its output. A method that looks reads its inputs
/// more than once: as far as there is memory, they are kept in it, else each pass reads them from their first byte to their
/// last.
/// </summary>
internal sealed class JobTiles : ITensorInputs, IDisposable
{
    private readonly TensorJob job;
    private readonly TileLayout layout;
    private readonly long tileElements;
    private readonly PooledTile tile;
    private readonly OperatorSet operators;
    private readonly MemoryGate memory;
    private readonly CancellationToken cancellation;
    private bool hasLooked;
    private KeptMemory? kept;

    public JobTiles(
        TensorJob job,
        TileLayout layout,
        long tileElements,
        InputFiles files,
        MemoryGate memory,
        Workspace workspace,
        OperatorSet operators,
        CancellationToken cancellation)
    {
        (this.job, this.layout, this.tileElements, this.memory, this.operators, this.cancellation) = (job, layout, tileElements, memory, operators, cancellation);
        var readers = new ElementReaders(files, workspace.Pieces);
        Models = [.. job.Inputs.Select(input => input.Parameters)];
        tile = new PooledTile(
            workspace,
            job.IsDouble,
            job.Base is { } origin ? Open(origin) : null,
            [.. job.Inputs.Select(Open)]);

        TileInput Open(JobInput input) => input.Source.Shape.SequenceEqual(job.Shape)
            ? new(readers.Open(input.Source))
            : throw new ArgumentException($"{job.Name} is [{string.Join(", ", job.Shape)}], {input.Source} is [{string.Join(", ", input.Source.Shape)}]", nameof(job));
    }

    /// <inheritdoc/>
    public string TensorName => job.Name;

    /// <inheritdoc/>
    public ImmutableArray<long> Shape => job.Shape;

    /// <inheritdoc/>
    public long ElementCount => job.ElementCount;

    /// <inheritdoc/>
    public bool HasBase => job.Base is not null;

    /// <inheritdoc/>
    public ResolvedParameters Parameters => job.Parameters;

    /// <inheritdoc/>
    public ImmutableArray<ResolvedParameters> Models { get; }

    /// <inheritdoc/>
    public ulong Seed => job.Seed;

    /// <inheritdoc/>
    public T Operators<T>()
        where T : class, IOperators => operators.Get<T>();

    /// <inheritdoc/>
    public void Scan(Action<Tile> visit)
    {
        Keep();
        ReadOnce(visit);
    }

    /// <inheritdoc/>
    public void Sample(Action<Tile> visit)
    {
        if (layout == TileLayout.Elements)
        {
            Keep();
            Visit(TileSample.Of(job, tileElements), withOutput: false, isSampled: true, visit);
        }
        else
        {
            Scan(visit);
        }
    }

    /// <summary>Visits every tile once, for those who look at nothing again: keeps nothing.</summary>
    public void ReadOnce(Action<Tile> visit) => Visit(Ranges(), withOutput: false, isSampled: false, visit);

    /// <summary>Visits every tile once, in ascending order, with room for its output.</summary>
    public void Fill(Action<PooledTile> visit) => Visit(Ranges(), withOutput: true, isSampled: false, visit);

    /// <summary>Gives the memory of the inputs back.</summary>
    public void Dispose() => kept?.Dispose();

    private void Keep()
    {
        if (hasLooked || job.ElementCount == 0)
        {
            return;
        }

        hasLooked = true;
        var runs = tile.Inputs.SelectMany(input => input.Runs(job.ElementCount)).ToList();
        kept = memory.TryKeep([.. runs.Select(run => run.Length)]);
        foreach (var (run, bytes) in kept is null ? [] : runs.Zip(kept.Inputs))
        {
            run.Reader.Keep(run.Start, bytes);
        }
    }

    private IEnumerable<TileRange> Ranges() => TileRange.Cut(job, layout, tileElements);

    private void Visit(IEnumerable<TileRange> ranges, bool withOutput, bool isSampled, Action<PooledTile> visit)
    {
        tile.Begin(isSampled);
        foreach (var range in ranges)
        {
            cancellation.ThrowIfCancellationRequested();
            using var temporaries = torch.NewDisposeScope();
            tile.Load(range, withOutput);
            visit(tile);
        }

        tile.Finish();
    }
}
