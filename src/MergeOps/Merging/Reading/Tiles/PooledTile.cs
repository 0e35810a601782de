using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>The one tile of a job: the same buffers, filled again for each range.</summary>
internal sealed class PooledTile(Workspace workspace, bool isDouble, TileInput? baseInput, IReadOnlyList<TileInput> inputs) : Tile
{
    private readonly torch.ScalarType type = isDouble ? torch.ScalarType.Float64 : torch.ScalarType.Float32;
    private readonly torch.Tensor[] models = new torch.Tensor[inputs.Count];
    private torch.Tensor? baseTensor;
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
    public override torch.Tensor Output => output ?? throw new InvalidOperationException("a scan has no output");

    // The models' slots come first, then the base's, the output's and the scratch.
    private int BaseSlot => inputs.Count;

    private int OutputSlot => inputs.Count + 1;

    /// <inheritdoc/>
    public override torch.Tensor Scratch(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        return workspace.Tile(type, OutputSlot + 1 + slot).As(range.Shape);
    }

    /// <summary>What it is filled from: the models, then the base where there is one.</summary>
    public IEnumerable<TileInput> Inputs => baseInput is null ? inputs : inputs.Append(baseInput);

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
