using MergeOps.Methods.Operators;
using MergeOps.Planning;

namespace MergeOps.Merging.Factors;

/// <summary>The largest singular values of a matrix with their vectors: the best that so many ranks can do in the Frobenius norm.</summary>
/// <param name="Values">The singular values, the largest first; those that are rounding are 0.</param>
/// <param name="Left">For each value a vector as long as the matrix has rows.</param>
/// <param name="Right">For each value a vector as long as the matrix has columns.</param>
/// <remarks>
/// A small side is decomposed whole. A large one is searched by a block Krylov method with all vectors kept at right angles
/// (Golub and Underwood 1977; Musco and Musco, arXiv 1504.05477), until more of it would lower what is lost by less than a
/// millionth. All in float64, in one thread and one order: the same bytes wherever fused multiplication exists. Of the two signs
/// of a pair of vectors the one is taken in which the largest element of the right one, the first of equal ones, is positive.
/// </remarks>
internal sealed record TruncatedSvd(double[] Values, double[][] Left, double[][] Right)
{
    private const double Gain = 1e-6;
    private const double Rounding = 1e-13;
    private const double SmallestValue = 1e-12;

    /// <summary>Decomposes.</summary>
    /// <param name="change">The matrix; finite.</param>
    /// <param name="rank">How many values are wanted, at most the shorter side.</param>
    /// <param name="cancellation">Stops.</param>
    public static TruncatedSvd Of(Change change, int rank, CancellationToken cancellation)
    {
        var isWide = change.Rows < change.Columns;
        var side = isWide ? change.Rows : change.Columns;
        Func<IReadOnlyList<double[]>, double[][]> away = isWide ? change.TransposedTimes : change.Times;
        Func<IReadOnlyList<double[]>, double[][]> back = isWide ? change.Times : change.TransposedTimes;

        var basis = new Basis();
        var images = new List<double[]>();
        var total = change.Square();
        var block = Start(side, SvdMemory.BlockOf(rank, side));
        var (looked, found) = (0, 0.0);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var known = basis.Vectors.Count;
            Array.ForEach(block, vector => basis.Add(vector));
            var added = basis.Vectors.Skip(known).ToList();
            if (added.Count > 0)
            {
                images.AddRange(away(added));
            }

            var isWhole = added.Count == 0 || basis.Vectors.Count >= side;
            if (isWhole || basis.Vectors.Count * 4 >= looked * 5)
            {
                looked = basis.Vectors.Count;
                var (values, rotation) = SymmetricEigen.Of(Basis.Gram(images));
                var reached = values.Take(rank).Sum(value => Math.Max(0, value));
                if (isWhole || reached - found <= (Gain * Math.Max(0, total - reached)) + (Rounding * total))
                {
                    return Finish(basis, images, rotation, rank, isWide);
                }

                found = reached;
            }

            block = back(images.GetRange(known, added.Count));
        }
    }

    // unit vectors where they are all of them, else numbers without a pattern
    private static double[][] Start(int side, int count)
    {
        var block = new double[count][];
        for (var i = 0; i < count; i++)
        {
            block[i] = new double[side];
            if (count == side)
            {
                block[i][i] = 1;
                continue;
            }

            var words = RandomWords.Of(0, "truncated svd", i);
            for (var j = 0; j < side; j++)
            {
                block[i][j] = words[j] - (uint.MaxValue / 2.0);
            }
        }

        return block;
    }

    private static TruncatedSvd Finish(Basis basis, List<double[]> images, double[][] rotation, int rank, bool isWide)
    {
        var (values, near, far) = (new double[rank], new double[rank][], new double[rank][]);
        for (var i = 0; i < rank; i++)
        {
            // an invariant part of the matrix may be smaller than what was asked for
            near[i] = i < rotation.Length ? Basis.Combine(basis.Vectors, rotation[i]) : new double[basis.Vectors[0].Length];
            far[i] = i < rotation.Length ? Basis.Combine(images, rotation[i]) : new double[images[0].Length];
            values[i] = Math.Sqrt(VectorMath.Square(far[i]));
            if (values[i] <= SmallestValue * values[0])
            {
                values[i] = 0;
                Array.Clear(far[i]);
                continue;
            }

            VectorMath.Scale(far[i], 1 / values[i]);
            if (IsNegative(isWide ? far[i] : near[i]))
            {
                VectorMath.Scale(near[i], -1);
                VectorMath.Scale(far[i], -1);
            }
        }

        return isWide ? new(values, near, far) : new(values, far, near);
    }

    private static bool IsNegative(double[] vector)
    {
        var largest = 0;
        for (var i = 1; i < vector.Length; i++)
        {
            largest = Math.Abs(vector[i]) > Math.Abs(vector[largest]) ? i : largest;
        }

        return vector[largest] < 0;
    }
}
