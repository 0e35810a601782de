using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Tests.Methods;

/// <summary>Serves tensors in memory as tiles, as copies that a method may overwrite.</summary>
internal sealed class InMemoryInputs : ITensorInputs
{
    private readonly InMemoryMerge merge;
    private readonly torch.Tensor? baseTensor;
    private readonly torch.Tensor[] models;
    private readonly torch.Tensor[] measured;
    private readonly torch.Tensor? measuredBase;

    public InMemoryInputs(InMemoryMerge merge)
    {
        this.merge = merge;
        torch.Tensor[] all = merge.Base is { } origin ? [origin, .. merge.Models] : [.. merge.Models];
        Shape = [.. all[0].shape];
        var type = all.Any(tensor => tensor.dtype == torch.float64) ? torch.float64 : torch.float32;
        baseTensor = merge.Base is null ? null : Arranged(merge.Base, type);
        models = [.. merge.Models.Select(tensor => Arranged(tensor, type))];
        measured = IsTiled ? [.. merge.Statistics.Select(tensor => Arranged(tensor, type))] : [];
        measuredBase = merge.BaseStatistics.GetValueOrDefault(StatisticKind.Fisher) is { } ofBase ? Arranged(ofBase, type) : null;
        Output = torch.full(all[0].shape, double.NaN, type);
    }

    public torch.Tensor Output { get; }

    public string TensorName => merge.TensorName;

    public ImmutableArray<long> Shape { get; }

    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    public bool HasBase => baseTensor is not null;

    public ResolvedParameters Parameters => merge.ResolvedParameters;

    public ImmutableArray<ResolvedParameters> Models => merge.ResolvedModels;

    public ImmutableArray<int> ModelNumbers => [.. Enumerable.Range(0, merge.Models.Length)];

    public ulong Seed => merge.Seed;

    public bool HasStatistics => !merge.Statistics.IsEmpty;

    private TileLayout Layout => merge.Method.LayoutFor(Parameters, HasStatistics);

    private bool IsTiled => merge.Method.ModelStatistic is StatisticKind.Fisher;

    public bool HasBaseStatistic(StatisticKind kind) => merge.BaseStatistics.ContainsKey(kind);

    public StatisticFacts StatisticOf(int model, StatisticKind kind)
    {
        using var squares = (model < 0 ? merge.BaseStatistics[kind] : merge.Statistics[model]).to(torch.float64).square().mean();
        var share = merge.TokenShares.IsEmpty || model < 0 ? 1 : merge.TokenShares[model];
        return new(share > 0, Math.Sqrt(squares.item<double>()), share);
    }

    public torch.Tensor ReadStatistic(int model, StatisticKind kind) => (model < 0 ? merge.BaseStatistics[kind] : merge.Statistics[model]).to(torch.float64, copy: true);

    public T Operators<T>()
        where T : class, IOperators => merge.Operators.Get<T>();

    /// <summary>The scan of a model of one tensor.</summary>
    public T Scanned<T>()
        where T : ModelScan
    {
        var scan = merge.Method.StartModelScan(Output.dtype == torch.float64);
        while (scan.NeedsPass)
        {
            scan.Look(this);
            scan.EndPass();
        }

        return (T)scan;
    }

    public torch.Tensor Hold(long elements) => torch.full(elements, double.NaN, Output.dtype);

    public void Scan(Action<Tile> visit)
    {
        foreach (var tile in Tiles())
        {
            using var scope = torch.NewDisposeScope();
            visit(tile);
        }
    }

    public void Sample(Action<Tile> visit) => Scan(visit);

    /// <summary>Fills the output tile by tile.</summary>
    public void Fill(TileFunction function)
    {
        var output = Arranged(Output, Output.dtype);
        foreach (var tile in Tiles(withOutput: true))
        {
            using var scope = torch.NewDisposeScope();
            function(tile);
            tile.Narrow(output).copy_(tile.Output);
        }
    }

    private torch.Tensor Arranged(torch.Tensor tensor, torch.ScalarType type) => Layout switch
    {
        TileLayout.Elements => tensor.to(type).view(-1),
        TileLayout.Rows => tensor.to(type).view(-1, Shape.IsEmpty ? 1 : Shape[^1]),
        _ => tensor.to(type),
    };

    private IEnumerable<InMemoryTile> Tiles(bool withOutput = false)
    {
        var arranged = models[0];
        var count = Layout == TileLayout.Whole ? 1 : arranged.shape[0];
        var unit = ElementCount / Math.Max(count, 1);
        var step = Layout == TileLayout.Whole ? 1 : Math.Max(1, merge.TileLength / Math.Max(unit, 1));
        for (var start = 0L; start < count; start += step)
        {
            using var scope = torch.NewDisposeScope();
            yield return new InMemoryTile(
                baseTensor, models, measured, measuredBase, Layout == TileLayout.Whole ? null : (start, Math.Min(step, count - start)), start * unit, withOutput);
        }
    }
}

/// <summary>One tile: copies of a range along the first axis, or of the whole.</summary>
internal sealed class InMemoryTile(
    torch.Tensor? origin, torch.Tensor[] models, torch.Tensor[] measured, torch.Tensor? measuredBase, (long Start, long Length)? range, long start, bool withOutput) : Tile
{
    private readonly Dictionary<int, torch.Tensor> scratch = [];
    private readonly torch.Tensor? baseTile = origin is null ? null : Copy(origin, range);
    private readonly torch.Tensor[] modelTiles = Array.ConvertAll(models, model => Copy(model, range));
    private readonly torch.Tensor[] statistics = Array.ConvertAll(measured, tensor => Copy(tensor, range));
    private readonly torch.Tensor? baseStatistic = measuredBase is null ? null : Copy(measuredBase, range);
    private readonly torch.Tensor? output = withOutput ? torch.full_like(Copy(models[0], range), double.NaN) : null;

    public override long Start => start;

    public override long Length => modelTiles[0].numel();

    public override torch.Tensor Base => baseTile ?? throw new InvalidOperationException("the job has no base");

    public override IReadOnlyList<torch.Tensor> Models => modelTiles;

    public override torch.Tensor Output => output ?? throw new InvalidOperationException("a scan has no output");

    public override IReadOnlyList<torch.Tensor> Statistics => statistics;

    public override torch.Tensor BaseStatistic => baseStatistic!;

    public override torch.Tensor Scratch(int slot) => scratch.TryGetValue(slot, out var tensor)
        ? tensor
        : scratch[slot] = torch.full_like(modelTiles[0], double.NaN);

    /// <summary>The tile's part of a tensor that is arranged like the inputs.</summary>
    public torch.Tensor Narrow(torch.Tensor arranged) => range is { } part ? arranged.narrow(0, part.Start, part.Length) : arranged;

    private static torch.Tensor Copy(torch.Tensor tensor, (long Start, long Length)? range) =>
        (range is { } part ? tensor.narrow(0, part.Start, part.Length) : tensor).clone();
}
