using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>The noted elements of each tile as a tensor of booleans on the tile's device.</summary>
internal sealed class TorchKeptEntries : IKeptEntries
{
    private readonly Queue<torch.Tensor> tiles = [];

    public void Note(torch.Tensor values) => tiles.Enqueue((values == Scalars.Of(0)).DetachFromDisposeScope());

    public void Drop(torch.Tensor values)
    {
        using var zeros = tiles.Dequeue();
        values.masked_fill_(zeros, Scalars.Of(0));
    }
}
