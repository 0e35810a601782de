using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Numbers that differ along one axis of a tile.</summary>
internal static class Broadcast
{
    /// <summary>The numbers as a tensor of the tile's type, in a shape that broadcasts to the tile's.</summary>
    public static torch.Tensor Of(double[] values, long[] shape, torch.Tensor tile) =>
        torch.tensor(values).view(shape).to(tile.dtype).to(tile.device);
}
