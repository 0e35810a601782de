namespace MergeOps.Merging.Factors;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix in float64: Householder's reduction to three diagonals, then QL steps with
/// implicit shifts (Martin, Reinsch and Wilkinson, Handbook for Automatic Computation II, 1971).
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSteps = 200;

    /// <summary>The eigenvalues, the largest first, each with its eigenvector of length 1.</summary>
    /// <param name="matrix">The rows; stays as it is.</param>
    public static (double[] Values, double[][] Vectors) Of(double[][] matrix)
    {
        var n = matrix.Length;

        // row i of v is the i-th vector in the end, so that all inner loops run along rows
        var v = Array.ConvertAll(matrix, row => (double[])row.Clone());
        var (diagonal, beside) = (new double[n], new double[n]);
        Reduce(v, diagonal, beside);
        Rotate(v, diagonal, beside);
        var order = Enumerable.Range(0, n).OrderByDescending(i => diagonal[i]).ToArray();
        return (Array.ConvertAll(order, i => diagonal[i]), Array.ConvertAll(order, i => v[i]));
    }

    // v becomes the transposed product of the reflections
    private static void Reduce(double[][] v, double[] diagonal, double[] beside)
    {
        var n = v.Length;
        var reflectors = new double[n][];
        var scales = new double[n];
        for (var i = n - 1; i > 0; i--)
        {
            var row = v[i].AsSpan(0, i);
            var scale = 0.0;
            foreach (var element in row)
            {
                scale += Math.Abs(element);
            }

            if (scale == 0 || i == 1)
            {
                beside[i] = row[i - 1];
                diagonal[i] = v[i][i];
                continue;
            }

            var u = row.ToArray();
            VectorMath.Scale(u, 1 / scale);
            var square = VectorMath.Square(u);
            var last = u[i - 1];
            var length = last > 0 ? -Math.Sqrt(square) : Math.Sqrt(square);
            beside[i] = scale * length;
            diagonal[i] = v[i][i];
            u[i - 1] = last - length;
            var half = square - (last * length);

            // p = A·u / half; A becomes A - u·qᵀ - q·uᵀ with q = p - (uᵀ·p / 2 half)·u
            var p = new double[i];
            for (var j = 0; j < i; j++)
            {
                p[j] = VectorMath.Dot(v[j].AsSpan(0, i), u) / half;
            }

            VectorMath.Add(p, u, -VectorMath.Dot(u, p) / (2 * half));
            for (var j = 0; j < i; j++)
            {
                var target = v[j].AsSpan(0, i);
                VectorMath.Add(target, p, -u[j]);
                VectorMath.Add(target, u, -p[j]);
            }

            (reflectors[i], scales[i]) = (u, half);
        }

        if (n > 0)
        {
            diagonal[0] = v[0][0];
        }

        for (var i = 0; i < n; i++)
        {
            Array.Clear(v[i]);
            v[i][i] = 1;
        }

        // rows of v take each reflection from the right
        for (var i = 1; i < n; i++)
        {
            if (reflectors[i] is not { } u)
            {
                continue;
            }

            for (var j = 0; j < n; j++)
            {
                var row = v[j].AsSpan(0, i);
                VectorMath.Add(row, u, -VectorMath.Dot(row, u) / scales[i]);
            }
        }
    }

    private static void Rotate(double[][] v, double[] diagonal, double[] beside)
    {
        var n = v.Length;
        for (var i = 1; i < n; i++)
        {
            beside[i - 1] = beside[i];
        }

        if (n > 0)
        {
            beside[n - 1] = 0;
        }

        for (var first = 0; first < n; first++)
        {
            for (var step = 0; ; step++)
            {
                var end = first;
                while (end < n - 1 && !IsNegligible(beside[end], diagonal[end], diagonal[end + 1]))
                {
                    end++;
                }

                if (end == first)
                {
                    break;
                }

                if (step == MostSteps)
                {
                    throw new ArithmeticException("the eigenvalues of a symmetric matrix do not converge");
                }

                Step(v, diagonal, beside, first, end);
            }
        }
    }

    private static bool IsNegligible(double beside, double one, double other)
    {
        var size = Math.Abs(one) + Math.Abs(other);
        return Math.Abs(beside) + size == size;
    }

    private static void Step(double[][] v, double[] diagonal, double[] beside, int first, int end)
    {
        var g = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
        var r = Length(g, 1);
        g = diagonal[end] - diagonal[first] + (beside[first] / (g + (g >= 0 ? r : -r)));
        var (sine, cosine, p) = (1.0, 1.0, 0.0);
        int i;
        for (i = end - 1; i >= first; i--)
        {
            var f = sine * beside[i];
            var b = cosine * beside[i];
            beside[i + 1] = r = Length(f, g);
            if (r == 0)
            {
                diagonal[i + 1] -= p;
                beside[end] = 0;
                break;
            }

            (sine, cosine) = (f / r, g / r);
            g = diagonal[i + 1] - p;
            r = ((diagonal[i] - g) * sine) + (2 * cosine * b);
            p = sine * r;
            diagonal[i + 1] = g + p;
            g = (cosine * r) - b;
            Turn(v[i], v[i + 1], sine, cosine);
        }

        if (r == 0 && i >= first)
        {
            return;
        }

        diagonal[first] -= p;
        beside[first] = g;
        beside[end] = 0;
    }

    private static void Turn(double[] low, double[] high, double sine, double cosine)
    {
        for (var k = 0; k < low.Length; k++)
        {
            var h = high[k];
            high[k] = (sine * low[k]) + (cosine * h);
            low[k] = (cosine * low[k]) - (sine * h);
        }
    }

    private static double Length(double one, double other)
    {
        var (a, b) = (Math.Abs(one), Math.Abs(other));
        var (large, small) = a > b ? (a, b) : (b, a);
        return large == 0 ? 0 : large * Math.Sqrt(1 + ((small / large) * (small / large)));
    }
}
