using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>The one tile of a job: the same buffers, filled again for each range.</summary>
/// <param name="workspace">The buffers.</param>
/// <param name="isDouble">Whether the arithmetic is float64.</param>
/// <param name="baseInput">The base; null where there is none.</param>
/// <param name="inputs">The models.</param>
/// <param name="measured">The statistics of the models that come with the tiles.</param>
/// <param name="baseMeasured">That of the base; null where there is none.</param>
internal sealed class PooledTile(
    Workspace workspace, bool isDouble, TileInput? baseInput, IReadOnlyList<TileInput> inputs, IReadOnlyList<TileInput> measured, TileInput? baseMeasured) : Tile
{
    private readonly torch.ScalarType type = isDouble ? torch.ScalarType.Float64 : torch.ScalarType.Float32;
    private readonly torch.Tensor[] models = new torch.Tensor[inputs.Count];
    private readonly torch.Tensor[] statistics = new torch.Tensor[measured.Count];
    private torch.Tensor? baseTensor;
    private torch.Tensor? baseStatistic;
    private torch.Tensor? output;
    private TileRange range = new(0, 0, [0]);

    /// <inheritdoc/>
    public override long Start => range.Start;

    /// <inheritdoc/>
    public override long Length => range.Length;

    /// <inheritdoc/>
    public override torch.Tensor Base => baseTensor ?? throw new InvalidOperationException("this job has no base");

    /// <inheritdoc/>
    public override IReadOnlyList<torch.Tensor> Models => models;

    /// <inheritdoc/>
    public override IReadOnlyList<torch.Tensor> Statistics => statistics;

    /// <summary>Whether there is a statistic of the base.</summary>
    public bool HasBaseStatistic => baseMeasured is not null;

    /// <inheritdoc/>
    public override torch.Tensor BaseStatistic => baseStatistic ?? base.BaseStatistic;

    /// <inheritdoc/>
    public override torch.Tensor Output => output ?? throw new InvalidOperationException("a scan has no output");

    // The models' slots come first, then the base's, the output's and the scratch.
    private int BaseSlot => inputs.Count;

    private int OutputSlot => inputs.Count + 1;

    // those of the statistics count down from the one that carries tiles to devices
    private static int StatisticSlot(int index) => -2 - index;

    /// <inheritdoc/>
    public override torch.Tensor Scratch(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        return workspace.Tile(type, OutputSlot + 1 + slot).As(range.Shape);
    }

    /// <summary>What it is filled from: the models, then the base where there is one.</summary>
    public IEnumerable<TileInput> Inputs => [.. inputs, .. baseInput is null ? Array.Empty<TileInput>() : [baseInput], .. measured, .. baseMeasured is null ? Array.Empty<TileInput>() : [baseMeasured]];

    /// <summary>Begins a pass over all elements, or over samples of them.</summary>
    public void Begin(bool isSampled)
    {
        foreach (var input in Inputs)
        {
            input.IsSampled = isSampled;
        }
    }

    /// <summary>Ends the pass.</summary>
    public void Finish()
    {
        foreach (var input in Inputs)
        {
            input.Finish();
        }
    }

    /// <summary>Reads a range of every input.</summary>
    public void Load(TileRange next, bool withOutput)
    {
        range = next;
        for (var i = 0; i < models.Length; i++)
        {
            models[i] = Filled(inputs[i], i);
        }

        baseTensor = baseInput is null ? null : Filled(baseInput, BaseSlot);
        for (var i = 0; i < statistics.Length; i++)
        {
            statistics[i] = Filled(measured[i], StatisticSlot(i));
        }

        baseStatistic = baseMeasured is null ? null : Filled(baseMeasured, StatisticSlot(statistics.Length));
        output = withOutput ? workspace.Tile(type, OutputSlot).As(range.Shape) : null;
    }

    /// <summary>Brings the output into ordinary memory.</summary>
    /// <returns>The address of its first element.</returns>
    public nint OutputOnHost()
    {
        var buffer = workspace.Tile(type, OutputSlot);
        if (!workspace.IsCpu)
        {
            buffer = workspace.Host(type);
            buffer.As(range.Shape).copy_(Output);
        }

        return buffer.Address;
    }

    private torch.Tensor Filled(TileInput input, int slot)
    {
        var buffer = workspace.Tile(type, slot);
        var tensor = buffer.As(range.Shape);
        if (workspace.IsCpu)
        {
            Read(input, buffer.Address);
            return tensor;
        }

        var host = workspace.Host(type);
        var staged = host.As(range.Shape);
        Read(input, host.Address);
        tensor.copy_(staged);
        return tensor;
    }

    private void Read(TileInput input, nint target)
    {
        foreach (var (start, length) in range.Runs)
        {
            input.Read(start, length, target, isDouble);
            target += (nint)(length * (isDouble ? sizeof(double) : sizeof(float)));
        }
    }
}
