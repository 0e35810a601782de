namespace MergeOps.Analysis.Audits;

/// <summary>A least-squares fit from sums of products.</summary>
/// <param name="Coefficients">One for each column; 0 for columns that others already say.</param>
/// <param name="Errors">Their standard errors.</param>
/// <param name="ResidualSquares">Σ of the squared residuals.</param>
/// <param name="Inverse">The inverse of the matrix of products, column by column; zeros for columns that others already say.</param>
internal sealed record LeastSquares(double[] Coefficients, double[] Errors, double ResidualSquares, double[][] Inverse)
{
    // what is left of a column that others say already is rounding
    private const double Dependent = 1e-10;

    /// <summary>Fits y to columns by a Cholesky decomposition that leaves out dependent columns.</summary>
    /// <param name="gram">Σ x_i x_j.</param>
    /// <param name="products">Σ x_i y.</param>
    /// <param name="squares">Σ y².</param>
    /// <param name="entries">How many entries were added up.</param>
    /// <param name="noise">Σ of the squared errors that y itself has; the residuals are taken for at least that.</param>
    public static LeastSquares Fit(double[,] gram, double[] products, double squares, double entries, double noise)
    {
        var count = products.Length;
        var factor = new double[count, count];
        var isUsed = new bool[count];
        for (var j = 0; j < count; j++)
        {
            for (var i = j; i < count; i++)
            {
                var sum = gram[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= factor[i, k] * factor[j, k];
                }

                if (i == j)
                {
                    isUsed[j] = sum > Dependent * gram[j, j] && sum > 0;
                    factor[j, j] = isUsed[j] ? Math.Sqrt(sum) : 0;
                }
                else
                {
                    factor[i, j] = isUsed[j] ? sum / factor[j, j] : 0;
                }
            }
        }

        var coefficients = Solve(factor, isUsed, products);
        var residuals = squares;
        for (var i = 0; i < count; i++)
        {
            residuals -= coefficients[i] * products[i];
        }

        residuals = Math.Max(0, residuals);
        var variance = Math.Max(residuals, noise) / Math.Max(1, entries - count);
        var (errors, inverse) = (new double[count], new double[count][]);
        for (var i = 0; i < count; i++)
        {
            var unit = new double[count];
            unit[i] = 1;
            inverse[i] = Solve(factor, isUsed, unit);
            errors[i] = isUsed[i] ? Math.Sqrt(Math.Max(0, inverse[i][i]) * variance) : double.PositiveInfinity;
        }

        return new(coefficients, errors, residuals, inverse);
    }

    private static double[] Solve(double[,] factor, bool[] isUsed, double[] right)
    {
        var count = right.Length;
        var half = new double[count];
        for (var i = 0; i < count; i++)
        {
            var sum = right[i];
            for (var k = 0; k < i; k++)
            {
                sum -= factor[i, k] * half[k];
            }

            half[i] = isUsed[i] ? sum / factor[i, i] : 0;
        }

        var solution = new double[count];
        for (var i = count - 1; i >= 0; i--)
        {
            var sum = half[i];
            for (var k = i + 1; k < count; k++)
            {
                sum -= factor[k, i] * solution[k];
            }

            solution[i] = isUsed[i] ? sum / factor[i, i] : 0;
        }

        return solution;
    }
}
