using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods.Tiles;

/// <summary>NuSLERP with one vector for each row.</summary>
internal static class RowInterpolation
{
    /// <summary>The tile function for tiles of whole rows.</summary>
    public static TileFunction Prepare(ITensorInputs inputs, double share)
    {
        var (operators, hasBase) = (inputs.Operators<IProducts>(), inputs.HasBase);
        return tile =>
        {
            var vectors = Vectors.Of(tile, hasBase);
            var products = operators.RowProducts(vectors[0], vectors[1]);
            var firstSquares = operators.RowProducts(vectors[0], vectors[0]);
            var secondSquares = operators.RowProducts(vectors[1], vectors[1]);
            var coefficients = new (double First, double Second)[products.Length];
            for (var row = 0; row < products.Length; row++)
            {
                coefficients[row] = SphericalInterpolation.NuSlerpCoefficients(
                    products[row], Math.Sqrt(firstSquares[row]), Math.Sqrt(secondSquares[row]), share);
            }

            BroadcastSum.Write(tile, vectors, hasBase, coefficients, [-1, 1]);
        };
    }
}
