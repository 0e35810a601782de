using System.Collections.Immutable;

namespace MergeOps.Methods.Operators;

/// <summary>
/// The weighted Karcher mean of directions. Every vector in it is a sum of the given ones, so the iteration needs nothing
/// but their scalar products.
/// </summary>
/// <param name="gram">The scalar products.</param>
/// <param name="weights">One for each vector; they sum to 1.</param>
/// <param name="tolerance">The step, angle and norm that count as zero.</param>
internal sealed class SphericalMean(IGram gram, ImmutableArray<double> weights, double tolerance)
{
    /// <summary>Lengths and sines below this are nothing but the rounding of the scalar products.</summary>
    private const double Rounding = 1e-6;

    private readonly int[] directed = [.. Enumerable.Range(0, weights.Length).Where(i => gram.Norm(i) > tolerance && weights[i] > 0)];

    /// <summary>The coefficients of the vectors whose sum is the mean direction times the mean norm.</summary>
    public ImmutableArray<double> Coefficients(int maxIterations)
    {
        var coefficients = new double[weights.Length];
        var scale = Enumerable.Range(0, weights.Length).Sum(i => weights[i] * gram.Norm(i));
        var mean = directed.Length == 0 ? [] : Mean(maxIterations);
        for (var k = 0; k < directed.Length; k++)
        {
            coefficients[directed[k]] = scale * mean[k] / gram.Norm(directed[k]);
        }

        return [.. coefficients];
    }

    /// <summary>The mean direction as a sum of the unit vectors.</summary>
    private double[] Mean(int maxIterations)
    {
        var total = directed.Sum(i => weights[i]);
        var shares = Array.ConvertAll(directed, i => weights[i] / total);
        var mean = Start(shares);
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            var step = Step(shares, mean);
            var length = Norm(step);
            if (length == 0 || length < tolerance)
            {
                break;
            }

            mean = [.. mean.Zip(step, (m, s) => (Math.Cos(length) * m) + (Math.Sin(length) / length * s))];
            Normalize(mean);
        }

        return mean;
    }

    private double[] Start(double[] shares)
    {
        var mean = (double[])shares.Clone();
        if (Norm(mean) < Math.Max(tolerance, Rounding))
        {
            Array.Clear(mean);
            mean[0] = 1;
        }

        Normalize(mean);
        return mean;
    }

    /// <summary>The weighted mean of the logarithms at the current mean: towards each direction, as long as the angle to it.</summary>
    private double[] Step(double[] shares, double[] mean)
    {
        var step = new double[mean.Length];
        for (var k = 0; k < mean.Length; k++)
        {
            var cosine = Math.Clamp(Enumerable.Range(0, mean.Length).Sum(j => mean[j] * Cosine(j, k)), -1, 1);
            var angle = Math.Acos(cosine);
            var sine = Math.Sin(angle);
            // to the opposite of the mean no way is shorter than another, so that it pulls nowhere
            if (angle < tolerance || sine == 0 || (cosine < 0 && sine < Rounding))
            {
                continue;
            }

            var pull = shares[k] * angle / sine;
            step[k] += pull;
            for (var j = 0; j < mean.Length; j++)
            {
                step[j] -= pull * cosine * mean[j];
            }
        }

        return step;
    }

    private double Norm(double[] sum)
    {
        var square = 0.0;
        for (var i = 0; i < sum.Length; i++)
        {
            for (var j = 0; j < sum.Length; j++)
            {
                square += sum[i] * sum[j] * Cosine(i, j);
            }
        }

        return Math.Sqrt(Math.Max(square, 0));
    }

    private void Normalize(double[] sum)
    {
        var norm = Norm(sum);
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] /= norm;
        }
    }

    private double Cosine(int first, int second) =>
        gram[directed[first], directed[second]] / (gram.Norm(directed[first]) * gram.Norm(directed[second]));
}
