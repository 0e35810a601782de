using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Tiles;

/// <summary>Sums of two vectors whose coefficients differ along one axis.</summary>
internal static class BroadcastSum
{
    /// <summary>
    /// Writes first · v₀ + second · v₁ (+ base) as (first + second) · v₀ + second · (v₁ − v₀), so that equal vectors give
    /// themselves back exactly.
    /// </summary>
    /// <param name="tile">The tile, whose output is written.</param>
    /// <param name="vectors">The two vectors, in buffers to overwrite.</param>
    /// <param name="addBase">Whether the base is added.</param>
    /// <param name="coefficients">The coefficients along the axis.</param>
    /// <param name="shape">The shape in which they meet the tile.</param>
    public static void Write(
        Tile tile, IReadOnlyList<torch.Tensor> vectors, bool addBase, (double First, double Second)[] coefficients, long[] shape)
    {
        var sums = Broadcast.Of(Array.ConvertAll(coefficients, pair => pair.First + pair.Second), shape, vectors[0]);
        var seconds = Broadcast.Of(Array.ConvertAll(coefficients, pair => pair.Second), shape, vectors[0]);
        tile.Output.copy_(vectors[0]).mul_(sums);
        tile.Output.add_(vectors[1].sub_(vectors[0]).mul_(seconds), Scalars.One);
        if (addBase)
        {
            tile.Output.add_(tile.Base, Scalars.One);
        }
    }
}
