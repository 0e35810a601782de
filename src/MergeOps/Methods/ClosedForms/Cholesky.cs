namespace MergeOps.Methods.ClosedForms;

/// <summary>
/// Solves X S = R for a symmetric positive definite S by S = L Lᵀ, in float64 and in place; no inverse is formed. Blocks give
/// almost all of the work to <see cref="MatrixProduct"/>.
/// </summary>
internal static unsafe class Cholesky
{
    private const int Block = 64;

    /// <summary>Replaces the lower triangle of S by L; the upper one is left as it is.</summary>
    /// <param name="s">S [n, n].</param>
    /// <param name="n">Its rows.</param>
    /// <returns>Whether S is positive definite as far as float64 tells.</returns>
    public static bool TryFactor(double* s, long n)
    {
        var across = new double[Block * n];
        fixed (double* turned = across)
        {
            for (var j = 0L; j < n; j += Block)
            {
                var width = Math.Min(Block, n - j);
                var diagonal = s + (j * n) + j;
                if (!TryFactorBlock(diagonal, n, width))
                {
                    return false;
                }

                var below = n - j - width;
                for (var i = 0L; i < below; i++)
                {
                    SolveRow(s + ((j + width + i) * n) + j, diagonal, n, width);
                }

                Turn(s + ((j + width) * n) + j, n, turned, below, width);
                // a block of rows at a time, as far as its own diagonal
                for (var i = 0L; i < below; i += Block)
                {
                    var high = Math.Min(Block, below - i);
                    var row = s + ((j + width + i) * n);
                    MatrixProduct.Add(-1, row + j, n, turned, below, row + j + width, n, high, i + high, width);
                }
            }
        }

        return true;
    }

    /// <summary>Replaces the rows of R by those of X.</summary>
    /// <param name="l">What <see cref="TryFactor"/> left.</param>
    /// <param name="n">Rows of S.</param>
    /// <param name="r">R [rows, n].</param>
    /// <param name="rows">Rows of R.</param>
    public static void Solve(double* l, long n, double* r, long rows)
    {
        var across = new double[Block * n];
        fixed (double* turned = across)
        {
            for (var j = 0L; j < n; j += Block)
            {
                var width = Math.Min(Block, n - j);
                var rest = n - j - width;
                for (var i = 0L; i < rows; i++)
                {
                    SolveRow(r + (i * n) + j, l + (j * n) + j, n, width);
                }

                Turn(l + ((j + width) * n) + j, n, turned, rest, width);
                MatrixProduct.Add(-1, r + j, n, turned, rest, r + j + width, n, rows, rest, width);
            }
        }

        for (var end = n; end > 0;)
        {
            var width = end % Block == 0 ? Block : end % Block;
            var j = end - width;
            for (var i = 0L; i < rows; i++)
            {
                SolveRowBack(r + (i * n) + j, l + (j * n) + j, n, width);
            }

            MatrixProduct.Add(-1, r + j, n, l + (j * n), n, r, n, rows, j, width);
            end = j;
        }
    }

    private static bool TryFactorBlock(double* s, long stride, long width)
    {
        for (var j = 0L; j < width; j++)
        {
            var row = s + (j * stride);
            var pivot = row[j];
            for (var p = 0L; p < j; p++)
            {
                pivot = Math.FusedMultiplyAdd(-row[p], row[p], pivot);
            }

            if (!(pivot > 0) || !double.IsFinite(pivot))
            {
                return false;
            }

            row[j] = Math.Sqrt(pivot);
            for (var i = j + 1; i < width; i++)
            {
                var other = s + (i * stride);
                var sum = other[j];
                for (var p = 0L; p < j; p++)
                {
                    sum = Math.FusedMultiplyAdd(-other[p], row[p], sum);
                }

                other[j] = sum / row[j];
            }
        }

        return true;
    }

    // y Lᵀ = x for one row
    private static void SolveRow(double* x, double* l, long stride, long width)
    {
        for (var j = 0L; j < width; j++)
        {
            var row = l + (j * stride);
            var sum = x[j];
            for (var p = 0L; p < j; p++)
            {
                sum = Math.FusedMultiplyAdd(-x[p], row[p], sum);
            }

            x[j] = sum / row[j];
        }
    }

    // y L = x for one row
    private static void SolveRowBack(double* x, double* l, long stride, long width)
    {
        for (var j = width - 1; j >= 0; j--)
        {
            var sum = x[j];
            for (var p = width - 1; p > j; p--)
            {
                sum = Math.FusedMultiplyAdd(-x[p], l[(p * stride) + j], sum);
            }

            x[j] = sum / l[(j * stride) + j];
        }
    }

    private static void Turn(double* from, long stride, double* to, long rows, long width)
    {
        for (var i = 0L; i < rows; i++)
        {
            for (var p = 0L; p < width; p++)
            {
                to[(p * rows) + i] = from[(i * stride) + p];
            }
        }
    }
}
