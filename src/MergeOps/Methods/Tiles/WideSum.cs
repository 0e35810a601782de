using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Tiles;

/// <summary>
/// Σ coefficientᵢ · vᵢ in float64, element by element, for vectors (models, or their differences from the base) that nearly
/// cancel; each product and each sum is rounded once, so that tiles change no bit.
/// </summary>
internal static class WideSum
{
    /// <summary>The Euclidean norm of the sum; reads the inputs once.</summary>
    public static double LengthOf(ITensorInputs inputs, IReadOnlyList<double> coefficients)
    {
        var square = inputs.Operators<IProducts>().StartGram(1);
        inputs.Scan(tile => square.Add([Sum(tile, inputs.HasBase, coefficients)]));
        return square.Norm(0);
    }

    /// <summary>The tile function of the sum, plus the base where there is one.</summary>
    public static TileFunction Of(ITensorInputs inputs, IReadOnlyList<double> coefficients) => tile =>
    {
        var sum = Sum(tile, inputs.HasBase, coefficients);
        tile.Output.copy_(inputs.HasBase ? sum.add_(tile.Base, Scalars.One) : sum);
    };

    private static torch.Tensor Sum(Tile tile, bool fromBase, IReadOnlyList<double> coefficients)
    {
        var sum = torch.zeros_like(tile.Models[0], dtype: torch.float64);
        for (var i = 0; i < coefficients.Count; i++)
        {
            var vector = tile.Models[i].to(torch.float64, copy: true);
            sum.add_((fromBase ? vector.sub_(tile.Base) : vector).mul_(Scalars.Of(coefficients[i])), Scalars.One);
        }

        return sum;
    }
}
