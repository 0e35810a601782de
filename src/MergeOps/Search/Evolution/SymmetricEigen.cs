namespace MergeOps.Search.Evolution;

/// <summary>The eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations: the same operations in the same order on every processor.</summary>
internal static class SymmetricEigen
{
    // what rounding leaves of a value that would be 0
    private const double Least = 1e-20;

    /// <summary>The eigenvalues, positive, and the eigenvectors as columns.</summary>
    /// <param name="matrix">Symmetric and positive definite; not changed.</param>
    public static (double[] Values, double[,] Vectors) Of(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        var rotated = (double[,])matrix.Clone();
        var vectors = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            vectors[i, i] = 1;
        }

        for (var sweep = 0; sweep < 64 && !IsDiagonal(rotated); sweep++)
        {
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++)
                {
                    Rotate(rotated, vectors, p, q);
                }
            }
        }

        return ([.. Enumerable.Range(0, size).Select(i => Math.Max(Least, rotated[i, i]))], vectors);
    }

    private static bool IsDiagonal(double[,] matrix)
    {
        var (beside, along) = (0.0, 0.0);
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            along += matrix[i, i] * matrix[i, i];
            for (var j = i + 1; j < matrix.GetLength(0); j++)
            {
                beside += matrix[i, j] * matrix[i, j];
            }
        }

        return beside <= 1e-30 * along;
    }

    private static void Rotate(double[,] matrix, double[,] vectors, int p, int q)
    {
        if (matrix[p, q] == 0)
        {
            return;
        }

        var theta = (matrix[q, q] - matrix[p, p]) / (2 * matrix[p, q]);
        var tangent = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        var size = matrix.GetLength(0);
        for (var k = 0; k < size; k++)
        {
            (matrix[k, p], matrix[k, q]) = ((cosine * matrix[k, p]) - (sine * matrix[k, q]), (sine * matrix[k, p]) + (cosine * matrix[k, q]));
        }

        for (var k = 0; k < size; k++)
        {
            (matrix[p, k], matrix[q, k]) = ((cosine * matrix[p, k]) - (sine * matrix[q, k]), (sine * matrix[p, k]) + (cosine * matrix[q, k]));
            (vectors[k, p], vectors[k, q]) = ((cosine * vectors[k, p]) - (sine * vectors[k, q]), (sine * vectors[k, p]) + (cosine * vectors[k, q]));
        }
    }
}
