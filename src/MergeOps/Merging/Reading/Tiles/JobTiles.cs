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
    private readonly KnownScans scans;
    private readonly KeptInputs kept;
    private readonly KnownChanges? changes;
    private readonly CancellationToken cancellation;
    private readonly ElementReaders? readers;
    private readonly Workspace workspace;
    private readonly List<torch.Tensor> held = [];

    public JobTiles(TensorJob job, TileLayout layout, long tileElements, InputFiles files, Workspace workspace, StageArithmetic arithmetic)
    {
        (this.job, this.layout, this.tileElements, kept, this.workspace, operators, scans, changes, cancellation) = (job, layout, tileElements, new(arithmetic.Memory), workspace, arithmetic.Operators, arithmetic.Scans, arithmetic.Changes, arithmetic.Cancellation);
        readers = new ElementReaders(files, workspace.Pieces, arithmetic);
        Models = [.. job.Inputs.Select(input => input.Parameters)];
        tile = TileOf([.. job.Inputs.Concat(job.Base is null ? Array.Empty<JobInput>() : [job.Base]).Select(input => input.Source).Concat(job.TiledStatistics.Select(statistic => statistic.Source!)).Select(readers.Open)], workspace);
    }

    /// <summary>The tiles of a job whose inputs somebody else has opened.</summary>
    /// <param name="job">The job.</param>
    /// <param name="inputs">Reads its inputs, then its base where there is one.</param>
    /// <param name="workspace">The buffers.</param>
    /// <param name="tileElements">Elements of an ordinary tile.</param>
    /// <param name="arithmetic">What computes.</param>
    public JobTiles(TensorJob job, ImmutableArray<ElementReader> inputs, Workspace workspace, long tileElements, StageArithmetic arithmetic)
    {
        (this.job, layout, this.tileElements, kept, this.workspace, operators, scans, changes, cancellation) = (job, job.Layout, tileElements, new(arithmetic.Memory), workspace, arithmetic.Operators, arithmetic.Scans, arithmetic.Changes, arithmetic.Cancellation);
        Models = [.. job.Inputs.Select(input => input.Parameters)];
        tile = TileOf(inputs, workspace);
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
    public ImmutableArray<int> ModelNumbers => [.. job.Inputs.Select(input => input.Model)];

    /// <inheritdoc/>
    public ulong Seed => job.Seed;

    /// <inheritdoc/>
    public bool HasStatistics => job.HasStatistics;

    /// <inheritdoc/>
    public bool HasBaseStatistic(StatisticKind kind) => Find(JobStatistic.OfBase, kind) is { Source: not null };

    /// <inheritdoc/>
    public StatisticFacts StatisticOf(int model, StatisticKind kind) => Known(model, kind).Facts;

    /// <inheritdoc/>
    public torch.Tensor ReadStatistic(int model, StatisticKind kind)
    {
        var source = Known(model, kind).Source ?? throw new InvalidOperationException($"{job.Name} has no statistic of {model}");
        var whole = torch.empty([.. source.Shape], torch.float64);
        var input = new TileInput(readers!.Open(source));
        input.Read(0, source.ElementCount, AddressOf(whole), isDouble: true);
        input.Finish();
        return whole;
    }

    /// <inheritdoc/>
    public T Operators<T>()
        where T : class, IOperators => operators.Get<T>();

    /// <inheritdoc/>
    public T Scanned<T>()
        where T : ModelScan => ScannedFor<T>(job);

    /// <summary>What was found out for another job that reads the same.</summary>
    public T ScannedFor<T>(TensorJob variant)
        where T : ModelScan => scans.Of<T>(variant);

    /// <inheritdoc/>
    public torch.Tensor Hold(long elements)
    {
        var memory = torch.empty(elements, job.IsDouble ? torch.float64 : torch.float32, workspace.Device).DetachFromDisposeScope();
        held.Add(memory);
        return memory;
    }

    /// <summary>What a method makes of these inputs for a job without its late parameters, where it was kept, else made now.</summary>
    /// <param name="variant">A job that reads the same.</param>
    /// <param name="elements">How many elements.</param>
    /// <param name="make">Fills them.</param>
    public torch.Tensor HoldKnown(TensorJob variant, long elements, Action<torch.Tensor> make)
    {
        return changes?.KeyOf(variant) is { } key ? changes.Of(key, Make, kept: made => held.Remove(made)) : Make();

        torch.Tensor Make()
        {
            var own = Hold(elements);
            make(own);
            return own;
        }
    }

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

    /// <summary>Computes one range by itself.</summary>
    /// <param name="range">The range.</param>
    /// <param name="visit">Fills its output, and takes that.</param>
    public void FillOne(TileRange range, Action<PooledTile> visit)
    {
        tile.Begin(isSampled: false);
        Visit(range, withOutput: true, visit);
    }

    /// <summary>Ends a pass whose ranges were filled one by one.</summary>
    public void Finish()
    {
        LetGo();
        tile.Finish();
    }

    /// <summary>Gives the memory of the inputs back.</summary>
    public void Dispose()
    {
        LetGo();
        kept.Dispose();
        readers?.Dispose();
    }

    private void LetGo()
    {
        held.ForEach(memory => memory.Dispose());
        held.Clear();
    }

    private PooledTile TileOf(ImmutableArray<ElementReader> inputs, Workspace workspace)
    {
        foreach (var (input, _) in job.Inputs.Append(job.Base!).Where(input => input is not null && !input.Source.Shape.SequenceEqual(job.Shape)))
        {
            throw new ArgumentException($"{job.Name} is [{string.Join(", ", job.Shape)}], {input} is [{string.Join(", ", input.Shape)}]", nameof(inputs));
        }

        var opened = inputs.Select(input => new TileInput(input)).ToList();
        var weights = job.Inputs.Length + (job.Base is null ? 0 : 1);
        var hasBaseStatistic = job.TiledStatistics.Any(statistic => statistic.Of == JobStatistic.OfBase);
        return new PooledTile(
            workspace,
            job.IsDouble,
            job.Base is null ? null : opened[job.Inputs.Length],
            opened[..job.Inputs.Length],
            opened[weights..(opened.Count - (hasBaseStatistic ? 1 : 0))],
            hasBaseStatistic ? opened[^1] : null);
    }

    private JobStatistic? Find(int model, StatisticKind kind) => job.Statistics.FirstOrDefault(statistic => statistic.Of == model && statistic.Kind == kind);

    private JobStatistic Known(int model, StatisticKind kind) => Find(model, kind) ?? throw new InvalidOperationException($"{job.Name} has no statistic of {model}");

    private static unsafe nint AddressOf(torch.Tensor tensor)
    {
        // a span cannot name all of a large tensor's bytes
        using var first = tensor.view(-1).narrow(0, 0, 1);
        fixed (byte* address = first.bytes)
        {
            return (nint)address;
        }
    }

    private void Keep() => kept.Begin(tile.Inputs, job.ElementCount);

    private IEnumerable<TileRange> Ranges() => TileRange.Cut(job, layout, tileElements);

    private void Visit(IEnumerable<TileRange> ranges, bool withOutput, bool isSampled, Action<PooledTile> visit)
    {
        tile.Begin(isSampled);
        foreach (var range in ranges)
        {
            Visit(range, withOutput, visit);
        }

        tile.Finish();
    }

    private void Visit(TileRange range, bool withOutput, Action<PooledTile> visit)
    {
        cancellation.ThrowIfCancellationRequested();
        using var temporaries = torch.NewDisposeScope();
        tile.Load(range, withOutput);
        visit(tile);
    }
}
