using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Spectral;

/// <summary>
/// The singular values of a matrix that are not rounding, the largest first, with their vectors. They are found through the
/// eigenvectors of the product of the matrix with itself on its shorter side, in float64 by LAPACK: several times as fast as
/// a singular value decomposition, and exact to the precision of float32 inputs.
/// </summary>
/// <param name="Values">The singular values.</param>
/// <param name="Left">A column for each value, as long as the matrix has rows.</param>
/// <param name="Right">A column for each value, as long as the matrix has columns.</param>
internal sealed record Spectrum(double[] Values, torch.Tensor Left, torch.Tensor Right)
{
    /// <summary>Singular values below this share of the largest one are rounding: a matrix of float32 numbers holds no smaller ones.</summary>
    public const double Negligible = 1e-6;

    // above this share the product of the matrix with itself costs no digit that matters
    private const double WellConditioned = 1e-3;

    /// <summary>About how many floating-point operations a decomposition takes: the product of the shorter side, its eigenvectors, and those of the longer side.</summary>
    /// <param name="rows">The matrix' rows.</param>
    /// <param name="columns">Its columns.</param>
    public static double WorkOf(double rows, double columns)
    {
        var (least, most) = (Math.Min(rows, columns), Math.Max(rows, columns));
        return (4 * least * least * most) + (9 * least * least * least);
    }

    /// <summary>Decomposes.</summary>
    /// <param name="matrix">Finite, in float64, [m, n].</param>
    /// <param name="most">The largest number of values.</param>
    /// <param name="atLeast">Values below this are rounding, too.</param>
    public static Spectrum Of(torch.Tensor matrix, long most, double atLeast = 0)
    {
        var side = Math.Min(matrix.shape[0], matrix.shape[1]);
        if (side == 0)
        {
            return new([], matrix.new_zeros([matrix.shape[0], 0]), matrix.new_zeros([matrix.shape[1], 0]));
        }

        using var scope = torch.NewDisposeScope();
        var isWide = matrix.shape[0] <= matrix.shape[1];
        var (squares, vectors) = torch.linalg.eigh(isWide ? matrix.mm(matrix.t()) : matrix.t().mm(matrix));
        double[] all = [.. squares.cpu().data<double>().ToArray().Select(square => Math.Sqrt(Math.Max(0, square)))];
        var bound = Math.Max(Negligible * all[^1], atLeast);
        double[] values = [.. all.Reverse().Take((int)Math.Min(most, side)).TakeWhile(value => value > bound)];
        var near = vectors.narrow(1, side - values.Length, values.Length).flip(1);
        var far = (isWide ? matrix.t() : matrix).mm(near).div_(Row(values, matrix));
        var (left, right) = isWide ? (near, far) : (far, near);
        return new(values, left.MoveToOuterDisposeScope(), right.MoveToOuterDisposeScope());
    }

    /// <summary>The nearest matrix whose singular values are all 1, or 0 where they are rounding: U·Vᵀ of U·Σ·Vᵀ.</summary>
    /// <param name="matrix">Finite, in float64.</param>
    /// <param name="sum">The sum of the singular values.</param>
    public static torch.Tensor PolarFactorOf(torch.Tensor matrix, out double sum)
    {
        using var scope = torch.NewDisposeScope();
        var spectrum = Of(matrix, long.MaxValue);
        sum = SumOf(spectrum.Values);
        var factor = spectrum.Left.mm(spectrum.Right.t());
        if (spectrum.Values is [var largest, .., var smallest] && smallest < WellConditioned * largest)
        {
            // one step of Newton and Schulz squares what is left of the error
            var isWide = factor.shape[0] <= factor.shape[1];
            var cube = isWide ? factor.mm(factor.t()).mm(factor) : factor.mm(factor.t().mm(factor));
            factor = factor.mul_(Scalars.Of(1.5)).sub_(cube.mul_(Scalars.Of(0.5)));
        }

        return factor.MoveToOuterDisposeScope();
    }

    /// <summary>Numbers as a row that broadcasts over the columns of a matrix.</summary>
    public static torch.Tensor Row(double[] values, torch.Tensor matrix) => torch.tensor(values, dtype: torch.float64).view(1, values.Length).to(matrix.device);

    /// <summary>The sum in a fixed order.</summary>
    public static double SumOf(IEnumerable<double> values) => values.Aggregate(0.0, (sum, value) => sum + value);
}
