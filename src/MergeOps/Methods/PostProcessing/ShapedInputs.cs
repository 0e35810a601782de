using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.PostProcessing;

/// <summary>The inputs of a tensor in the pieces that one of several wants who work on it.</summary>
/// <param name="inputs">The inputs as they are read.</param>
/// <param name="from">The pieces in which they are read.</param>
/// <param name="to">The pieces that are wanted.</param>
internal class ShapedInputs(ITensorInputs inputs, TileLayout from, TileLayout to) : ITensorInputs
{
    /// <summary>The inputs as they are read.</summary>
    protected ITensorInputs Read => inputs;

    /// <summary>The pieces in which they are read.</summary>
    protected TileLayout Pieces => from;

    public string TensorName => inputs.TensorName;

    public ImmutableArray<long> Shape => inputs.Shape;

    public long ElementCount => inputs.ElementCount;

    public bool HasBase => inputs.HasBase;

    public virtual ResolvedParameters Parameters => inputs.Parameters;

    public ImmutableArray<ResolvedParameters> Models => inputs.Models;

    public ImmutableArray<int> ModelNumbers => inputs.ModelNumbers;

    public ulong Seed => inputs.Seed;

    public bool HasStatistics => inputs.HasStatistics;

    public bool HasBaseStatistic(StatisticKind kind) => inputs.HasBaseStatistic(kind);

    public StatisticFacts StatisticOf(int model, StatisticKind kind) => inputs.StatisticOf(model, kind);

    public torch.Tensor ReadStatistic(int model, StatisticKind kind) => inputs.ReadStatistic(model, kind);

    public T Operators<T>()
        where T : class, IOperators => inputs.Operators<T>();

    public T Scanned<T>()
        where T : ModelScan => inputs.Scanned<T>();

    public torch.Tensor Hold(long elements) => inputs.Hold(elements);

    public torch.Tensor HoldKnown(long elements, Action<torch.Tensor> make) => inputs.HoldKnown(elements, make);

    public void Scan(Action<Tile> visit) => inputs.Scan(tile => visit(Shaped(tile)));

    public void Sample(Action<Tile> visit) => inputs.Sample(tile => visit(Shaped(tile)));

    private ProcessedTile Shaped(Tile tile) => new(tile, Shape, from, to);
}
