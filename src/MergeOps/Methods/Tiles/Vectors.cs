using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Methods.Tiles;

/// <summary>What methods measure: the models' tensors, or their differences from the base.</summary>
internal static class Vectors
{
    /// <summary>The models' tiles, with the base subtracted in place where there is one to measure from.</summary>
    public static IReadOnlyList<torch.Tensor> Of(Tile tile, bool fromBase)
    {
        if (fromBase)
        {
            foreach (var model in tile.Models)
            {
                model.sub_(tile.Base);
            }
        }

        return tile.Models;
    }
}
