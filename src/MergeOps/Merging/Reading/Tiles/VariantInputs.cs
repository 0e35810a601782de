using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Planning;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>The inputs of a job with the parameters of another one that reads the same.</summary>
/// <param name="tiles">The inputs.</param>
/// <param name="variant">The job whose parameters count.</param>
internal sealed class VariantInputs(JobTiles tiles, TensorJob variant) : ITensorInputs
{
    /// <inheritdoc/>
    public string TensorName => variant.Name;

    /// <inheritdoc/>
    public ImmutableArray<long> Shape => variant.Shape;

    /// <inheritdoc/>
    public long ElementCount => variant.ElementCount;

    /// <inheritdoc/>
    public bool HasBase => variant.Base is not null;

    /// <inheritdoc/>
    public ResolvedParameters Parameters => variant.Parameters;

    /// <inheritdoc/>
    public ImmutableArray<ResolvedParameters> Models { get; } = [.. variant.Inputs.Select(input => input.Parameters)];

    /// <inheritdoc/>
    public ImmutableArray<int> ModelNumbers => tiles.ModelNumbers;

    /// <inheritdoc/>
    public ulong Seed => variant.Seed;

    /// <inheritdoc/>
    public bool HasStatistics => tiles.HasStatistics;

    /// <inheritdoc/>
    public bool HasBaseStatistic(StatisticKind kind) => tiles.HasBaseStatistic(kind);

    /// <inheritdoc/>
    public StatisticFacts StatisticOf(int model, StatisticKind kind) => tiles.StatisticOf(model, kind);

    /// <inheritdoc/>
    public torch.Tensor ReadStatistic(int model, StatisticKind kind) => tiles.ReadStatistic(model, kind);

    /// <inheritdoc/>
    public T Operators<T>()
        where T : class, IOperators => tiles.Operators<T>();

    /// <inheritdoc/>
    public T Scanned<T>()
        where T : ModelScan => tiles.ScannedFor<T>(variant);

    /// <inheritdoc/>
    public torch.Tensor Hold(long elements) => tiles.Hold(elements);

    /// <inheritdoc/>
    public torch.Tensor HoldKnown(long elements, Action<torch.Tensor> make) => tiles.HoldKnown(variant, elements, make);

    /// <inheritdoc/>
    public void Scan(Action<Tile> visit) => tiles.Scan(visit);

    /// <inheritdoc/>
    public void Sample(Action<Tile> visit) => tiles.Sample(visit);
}
