namespace MergeOps.Tests.Analysis;

/// <summary>The figures of two task vectors by their definitions, entry by entry in float64.</summary>
internal sealed class DirectFigures
{
    private double count, baseSquares, weights, weightsAndBase, zeros, products, firstSquares, secondSquares, distance;
    private double opposite, different, oppositeSizes, sizes, both, either, bothOpposite, keptSquares;

    /// <summary>Those of the first vector.</summary>
    public (string Name, double Value)[] OfFirst =>
    [
        ("norm", Math.Sqrt(firstSquares)),
        ("relative_norm", Math.Sqrt(firstSquares / baseSquares)),
        ("cosine_to_base", weightsAndBase / Math.Sqrt(weights * baseSquares)),
        ("sparsity", zeros / count),
        ("kept_norm", keptSquares / firstSquares),
    ];

    /// <summary>Those of the pair.</summary>
    public (string Name, double Value)[] OfPair =>
    [
        ("cosine", products / Math.Sqrt(firstSquares * secondSquares)),
        ("sign_conflict", opposite / count),
        ("sign_conflict_weighted", oppositeSizes / sizes),
        ("sign_difference", different / count),
        ("sign_conflict_trimmed", bothOpposite / count),
        ("jaccard", both / either),
        ("l2_distance", Math.Sqrt(distance)),
    ];

    /// <summary>Adds a tensor.</summary>
    public void Add(double[] origin, double[] one, double[] two, double trimTo)
    {
        var (a, b) = (AnalyzedModels.Sum(one, origin, -1), AnalyzedModels.Sum(two, origin, -1));
        var (keptOfA, keptOfB) = (Largest(a, trimTo), Largest(b, trimTo));
        for (var i = 0; i < origin.Length; i++)
        {
            count++;
            baseSquares += origin[i] * origin[i];
            weights += one[i] * one[i];
            weightsAndBase += one[i] * origin[i];
            zeros += a[i] == 0 ? 1 : 0;
            products += a[i] * b[i];
            firstSquares += a[i] * a[i];
            secondSquares += b[i] * b[i];
            distance += (one[i] - two[i]) * (one[i] - two[i]);
            var isOpposite = a[i] * b[i] < 0;
            opposite += isOpposite ? 1 : 0;
            different += Math.Sign(a[i]) != Math.Sign(b[i]) ? 1 : 0;
            oppositeSizes += isOpposite ? Math.Abs(a[i]) + Math.Abs(b[i]) : 0;
            sizes += Math.Abs(a[i]) + Math.Abs(b[i]);

            // an entry of 0 is kept by nobody
            var (inA, inB) = (keptOfA.Contains(i) && a[i] != 0, keptOfB.Contains(i) && b[i] != 0);
            both += inA && inB ? 1 : 0;
            either += inA || inB ? 1 : 0;
            bothOpposite += inA && inB && isOpposite ? 1 : 0;
            keptSquares += inA ? a[i] * a[i] : 0;
        }
    }

    // the first of equal ones are the larger
    private static HashSet<int> Largest(double[] values, double share) =>
        [.. values.Index().OrderByDescending(entry => Math.Abs(entry.Item)).ThenBy(entry => entry.Index).Take(Math.Max(1, (int)(share * values.Length))).Select(entry => entry.Index)];
}
