using System.Collections.Immutable;

namespace MergeOps.Search.Evolution;

/// <summary>
/// The (μ/μ_w, λ)-CMA-ES in the unit cube, with the constants of N. Hansen, "The CMA evolution strategy: a tutorial", 2016,
/// table 1 without negative weights. A draw beyond the cube is reflected into it.
/// </summary>
internal sealed class CovarianceAdaptation
{
    private readonly int size;
    private readonly double[] weights;
    private readonly double effective;
    private readonly (double Sigma, double Damping, double Path, double RankOne, double RankMany) rates;
    private readonly double usualLength;
    private readonly NormalNumbers numbers;
    private readonly double[] mean;
    private readonly double[] pathOfSigma;
    private readonly double[] pathOfShape;
    private readonly double[,] shape;
    private readonly double[][] steps;
    private double sigma;
    private double[,] axes;
    private double[] lengths;
    private int generation;

    /// <summary>Begins in the middle of the cube.</summary>
    /// <param name="size">The number of dimensions.</param>
    /// <param name="population">Points of a generation; at least 4.</param>
    /// <param name="sigma">The first step.</param>
    /// <param name="seed">The seed of every draw.</param>
    public CovarianceAdaptation(int size, int population, double sigma, ulong seed)
    {
        (this.size, this.sigma) = (size, sigma);
        numbers = new(seed);
        var parents = population / 2;
        var raw = Enumerable.Range(1, parents).Select(rank => Math.Log((population + 1) / 2.0) - Math.Log(rank)).ToArray();
        weights = Array.ConvertAll(raw, weight => weight / raw.Sum());
        effective = 1 / weights.Sum(weight => weight * weight);
        double n = size;
        var ofSigma = (effective + 2) / (n + effective + 5);
        var rankOne = 2 / (((n + 1.3) * (n + 1.3)) + effective);
        rates = (
            ofSigma,
            1 + (2 * Math.Max(0, Math.Sqrt((effective - 1) / (n + 1)) - 1)) + ofSigma,
            (4 + (effective / n)) / (n + 4 + (2 * effective / n)),
            rankOne,
            Math.Min(1 - rankOne, 2 * (effective - 2 + (1 / effective)) / (((n + 2) * (n + 2)) + effective)));
        usualLength = Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n)));
        mean = [.. Enumerable.Repeat(0.5, size)];
        pathOfSigma = new double[size];
        pathOfShape = new double[size];
        shape = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            shape[i, i] = 1;
        }

        steps = [.. Enumerable.Range(0, population).Select(_ => new double[size])];
        (lengths, axes) = SymmetricEigen.Of(shape);
    }

    /// <summary>The points of the next generation.</summary>
    public ImmutableArray<ImmutableArray<double>> Ask()
    {
        foreach (var step in steps)
        {
            var drawn = Enumerable.Range(0, size).Select(axis => numbers.Next() * Math.Sqrt(lengths[axis])).ToArray();
            for (var i = 0; i < size; i++)
            {
                var value = Reflected(mean[i] + (sigma * Enumerable.Range(0, size).Sum(axis => axes[i, axis] * drawn[axis])));
                step[i] = (value - mean[i]) / sigma;
            }
        }

        return [.. steps.Select(step => Enumerable.Range(0, size).Select(i => mean[i] + (sigma * step[i])).ToImmutableArray())];
    }

    /// <summary>Learns from the points of <see cref="Ask"/>.</summary>
    /// <param name="merits">How good each is: larger is better.</param>
    public void Tell(IReadOnlyList<double> merits)
    {
        generation++;
        var best = Enumerable.Range(0, steps.Length).OrderByDescending(point => merits[point]).Take(weights.Length).Select(point => steps[point]).ToArray();
        var step = Enumerable.Range(0, size).Select(i => weights.Index().Sum(weight => weight.Item * best[weight.Index][i])).ToArray();
        for (var i = 0; i < size; i++)
        {
            mean[i] += sigma * step[i];
        }

        var length = MovePathOfSigma(step);
        var expected = Math.Sqrt(1 - Math.Pow(1 - rates.Sigma, 2 * generation)) * (1.4 + (2.0 / (size + 1))) * usualLength;
        var isSteady = length < expected;
        for (var i = 0; i < size; i++)
        {
            pathOfShape[i] = ((1 - rates.Path) * pathOfShape[i]) + (isSteady ? Math.Sqrt(rates.Path * (2 - rates.Path) * effective) * step[i] : 0);
        }

        MoveShape(best, isSteady ? 0 : rates.Path * (2 - rates.Path));
        sigma *= Math.Exp(rates.Sigma / rates.Damping * ((length / usualLength) - 1));
        (lengths, axes) = SymmetricEigen.Of(shape);
    }

    private double MovePathOfSigma(double[] step)
    {
        // C^(-1/2) · step
        var along = Enumerable.Range(0, size).Select(axis => Enumerable.Range(0, size).Sum(i => axes[i, axis] * step[i]) / Math.Sqrt(lengths[axis])).ToArray();
        for (var i = 0; i < size; i++)
        {
            var whitened = Enumerable.Range(0, size).Sum(axis => axes[i, axis] * along[axis]);
            pathOfSigma[i] = ((1 - rates.Sigma) * pathOfSigma[i]) + (Math.Sqrt(rates.Sigma * (2 - rates.Sigma) * effective) * whitened);
        }

        return Math.Sqrt(pathOfSigma.Sum(value => value * value));
    }

    private void MoveShape(double[][] best, double kept)
    {
        var old = 1 - rates.RankOne - rates.RankMany + (rates.RankOne * kept);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                shape[i, j] = (old * shape[i, j])
                    + (rates.RankOne * pathOfShape[i] * pathOfShape[j])
                    + (rates.RankMany * weights.Index().Sum(weight => weight.Item * best[weight.Index][i] * best[weight.Index][j]));
            }
        }
    }

    private static double Reflected(double value)
    {
        var within = Math.Abs(value) % 2;
        return within > 1 ? 2 - within : within;
    }
}
