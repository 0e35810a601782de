using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>A tile that several settings of a method look at one after the other: each finds the inputs as they were read, in copies that it may overwrite.</summary>
/// <param name="tile">What was read; nobody else changes it meanwhile.</param>
/// <param name="hasBase">Whether it has a base.</param>
internal sealed class SharedTile(PooledTile tile, bool hasBase) : Tile
{
    private readonly torch.Tensor[] models = new torch.Tensor[tile.Models.Count];
    private readonly torch.Tensor[] statistics = new torch.Tensor[tile.Statistics.Count];
    private torch.Tensor? baseStatistic;
    private torch.Tensor? baseTensor;

    /// <inheritdoc/>
    public override long Start => tile.Start;

    /// <inheritdoc/>
    public override long Length => tile.Length;

    /// <inheritdoc/>
    public override torch.Tensor Base => baseTensor ?? throw new InvalidOperationException("this job has no base");

    /// <inheritdoc/>
    public override IReadOnlyList<torch.Tensor> Models => models;

    /// <inheritdoc/>
    public override IReadOnlyList<torch.Tensor> Statistics => statistics;

    /// <inheritdoc/>
    public override torch.Tensor BaseStatistic => baseStatistic ?? tile.BaseStatistic;

    /// <inheritdoc/>
    public override torch.Tensor Output => tile.Output;

    // the first scratch buffers hold the copies
    private int Copies => models.Length + statistics.Length + 2;

    /// <inheritdoc/>
    public override torch.Tensor Scratch(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        return tile.Scratch(Copies + slot);
    }

    /// <summary>Copies the inputs again.</summary>
    public void Renew()
    {
        for (var i = 0; i < models.Length; i++)
        {
            models[i] = Copy(tile.Models[i], i);
        }

        baseTensor = hasBase ? Copy(tile.Base, models.Length) : null;
        for (var i = 0; i < statistics.Length; i++)
        {
            statistics[i] = Copy(tile.Statistics[i], models.Length + 1 + i);
        }

        baseStatistic = tile.HasBaseStatistic ? Copy(tile.BaseStatistic, models.Length + 1 + statistics.Length) : null;
    }

    private torch.Tensor Copy(torch.Tensor input, int slot)
    {
        var copy = tile.Scratch(slot);
        copy.copy_(input);
        return copy;
    }
}
