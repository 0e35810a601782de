using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods.Tiles;

/// <summary>NuSLERP with vectors along the first axis, one for each place in the others.</summary>
internal static class ColumnInterpolation
{
    /// <summary>The tile function for tiles of whole rows, after one scan.</summary>
    public static TileFunction Prepare(ITensorInputs inputs, double share)
    {
        var (operators, hasBase) = (inputs.Operators<IProducts>(), inputs.HasBase);
        var columns = inputs.ElementCount / Math.Max(inputs.Shape[0], 1);
        var (products, firstSquares, secondSquares) = (new double[columns], new double[columns], new double[columns]);
        inputs.Scan(tile =>
        {
            var vectors = Vectors.Of(tile, hasBase);
            operators.AddColumnProducts(vectors[0], vectors[1], tile.Start, products);
            operators.AddColumnProducts(vectors[0], vectors[0], tile.Start, firstSquares);
            operators.AddColumnProducts(vectors[1], vectors[1], tile.Start, secondSquares);
        });
        var coefficients = new (double First, double Second)[columns];
        for (var column = 0; column < columns; column++)
        {
            coefficients[column] = SphericalInterpolation.NuSlerpCoefficients(
                products[column], Math.Sqrt(firstSquares[column]), Math.Sqrt(secondSquares[column]), share);
        }

        return tile =>
        {
            var vectors = Vectors.Of(tile, hasBase);
            var rowLength = inputs.Shape[^1];
            var own = columns == rowLength ? coefficients : OfTile(tile, coefficients);
            BroadcastSum.Write(tile, vectors, hasBase, own, [-1, rowLength]);
        };
    }

    /// <summary>Each element's coefficients, for tensors of more than two axes.</summary>
    private static (double First, double Second)[] OfTile(Tile tile, (double First, double Second)[] coefficients)
    {
        var own = new (double First, double Second)[tile.Length];
        for (var i = 0; i < own.Length; i++)
        {
            own[i] = coefficients[(tile.Start + i) % coefficients.Length];
        }

        return own;
    }
}
