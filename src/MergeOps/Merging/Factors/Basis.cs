namespace MergeOps.Merging.Factors;

/// <summary>Vectors of length 1 at right angles to each other, to which others are added one by one.</summary>
internal sealed class Basis
{
    // what is left of a vector in the span of the others is rounding
    private const double Nothing = 1e-11;

    private readonly List<double[]> vectors = [];

    /// <summary>The vectors in the order in which they came.</summary>
    public IReadOnlyList<double[]> Vectors => vectors;

    /// <summary>Adds the part of a vector that the others do not span, if there is one.</summary>
    /// <param name="vector">The vector; becomes the new one.</param>
    /// <returns>Whether there was one.</returns>
    public bool Add(double[] vector)
    {
        var before = Math.Sqrt(VectorMath.Square(vector));

        // once more takes away what rounding left the first time
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var known in vectors)
            {
                VectorMath.Add(vector, known, -VectorMath.Dot(vector, known));
            }
        }

        var after = Math.Sqrt(VectorMath.Square(vector));
        if (!(after > before * Nothing))
        {
            return false;
        }

        VectorMath.Scale(vector, 1 / after);
        vectors.Add(vector);
        return true;
    }

    /// <summary>
    /// The directions of some vectors, those in which they reach farthest first: the left singular vectors of the matrix whose
    /// columns they are.
    /// </summary>
    /// <param name="columns">The vectors, all of one length.</param>
    public static Basis Of(IReadOnlyList<double[]> columns)
    {
        var (_, rotation) = SymmetricEigen.Of(Gram(columns));
        var basis = new Basis();
        foreach (var weights in rotation)
        {
            basis.Add(Combine(columns, weights));
        }

        return basis;
    }

    /// <summary>A weighted sum of vectors.</summary>
    public static double[] Combine(IReadOnlyList<double[]> vectors, ReadOnlySpan<double> weights)
    {
        var sum = new double[vectors[0].Length];
        for (var i = 0; i < vectors.Count; i++)
        {
            VectorMath.Add(sum, vectors[i], weights[i]);
        }

        return sum;
    }

    /// <summary>The products of vectors with each other.</summary>
    public static double[][] Gram(IReadOnlyList<double[]> vectors)
    {
        var gram = new double[vectors.Count][];
        for (var i = 0; i < vectors.Count; i++)
        {
            gram[i] = new double[vectors.Count];
            for (var j = 0; j <= i; j++)
            {
                gram[i][j] = gram[j][i] = VectorMath.Dot(vectors[i], vectors[j]);
            }
        }

        return gram;
    }
}
