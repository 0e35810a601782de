using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Merging.Tiles;

/// <summary>The one tile of a job: the same buffers, filled again for each range.</summary>
internal sealed class PooledTile : Tile
{
    private readonly Workspace workspace;
    private readonly torch.ScalarType type;
    private readonly TileInput? baseInput;
    private readonly IReadOnlyList<TileInput> inputs;
    private readonly long piece;
    private readonly torch.Tensor[] models;
    private torch.Tensor? baseTensor;
    private torch.Tensor? output;
    private TileRange range;

    /// <summary>Buffers 0 to n-1 of the workspace are the models', then come the base's, the output's and the scratch.</summary>
    public PooledTile(Workspace workspace, torch.ScalarType type, TileInput? baseInput, IReadOnlyList<TileInput> inputs, long piece)
    {
        (this.workspace, this.type, this.baseInput, this.inputs, this.piece) = (workspace, type, baseInput, inputs, piece);
        models = new torch.Tensor[inputs.Count];
    }

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

    /// <inheritdoc/>
    public override torch.Tensor Scratch(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        return workspace.Arithmetic(type, inputs.Count + 2 + slot, range.Shape);
    }

    /// <summary>Reads a range of every input.</summary>
    public void Load(TileRange next, bool withOutput)
    {
        range = next;
        for (var i = 0; i < models.Length; i++)
        {
            models[i] = Filled(inputs[i], i);
        }

        baseTensor = baseInput is null ? null : Filled(baseInput, inputs.Count);
        output = withOutput ? workspace.Arithmetic(type, inputs.Count + 1, range.Shape) : null;
    }

    private torch.Tensor Filled(TileInput input, int slot)
    {
        var tensor = workspace.Arithmetic(type, slot, range.Shape);
        input.Read(range.Start, tensor, piece);
        return tensor;
    }
}
