using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods.Tiles;

/// <summary>
/// Tile functions for weighted sums of whole models. They add weighted differences from one of them, so that equal
/// inputs give exactly themselves back when the weights sum to 1.
/// </summary>
internal static class Combination
{
    /// <summary>Σ weightᵢ · modelᵢ over the models.</summary>
    /// <param name="inputs">The tensor.</param>
    /// <param name="weights">One weight for each model.</param>
    /// <param name="scale">What the weights sum to.</param>
    public static TileFunction OfModels(ITensorInputs inputs, ImmutableArray<double> weights, double scale)
    {
        var used = Enumerable.Range(0, weights.Length).Where(i => weights[i] != 0).ToArray();
        if (used.Length == 0)
        {
            return tile => tile.Output.zero_();
        }

        var sums = inputs.Operators<IWeightedSums>();
        var others = used[1..];
        var otherWeights = others.Select(i => weights[i]).ToArray();
        return tile => sums.Interpolate(
            tile.Output, tile.Models[used[0]], scale, Array.ConvertAll(others, i => tile.Models[i]), otherWeights);
    }

    /// <summary>scale · base + Σ weightᵢ · (modelᵢ − base).</summary>
    /// <param name="inputs">The tensor.</param>
    /// <param name="weights">One weight for each model.</param>
    /// <param name="scale">The factor of the base.</param>
    public static TileFunction AroundBase(ITensorInputs inputs, ImmutableArray<double> weights, double scale = 1)
    {
        var sums = inputs.Operators<IWeightedSums>();
        return tile => sums.Interpolate(tile.Output, tile.Base, scale, tile.Models, weights);
    }
}
