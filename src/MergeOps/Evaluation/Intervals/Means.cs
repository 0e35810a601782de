namespace MergeOps.Evaluation.Intervals;

/// <summary>The interval of a mean of unrelated units, whatever their distribution.</summary>
internal static class Means
{
    /// <summary>With more units neighbors are joined: what is left tells the spread of their mean as well, and costs no time.</summary>
    public const int MostUnits = 1000;

    /// <summary>A spread below this part of the figures is what rounding leaves.</summary>
    private const double Rounding = 1e-10;

    /// <summary>
    /// The wider of two intervals on each side: Student's, which is right for symmetric units with heavy tails, and the
    /// studentized bootstrap's, which is right for skewed ones. Null when there is one unit, or nothing varies: then nothing
    /// tells how far the mean may be off.
    /// </summary>
    /// <param name="units">Finite values.</param>
    /// <param name="scale">How large the figures are that the values were computed from.</param>
    public static Estimate? Of(ReadOnlySpan<double> units, double scale)
    {
        var count = units.Length;
        if (count < 2)
        {
            return null;
        }

        var mean = Sum(units) / count;
        var deviations = new double[count];
        var (squares, cubes) = (0.0, 0.0);
        for (var unit = 0; unit < count; unit++)
        {
            var deviation = deviations[unit] = units[unit] - mean;
            squares += deviation * deviation;
            cubes += deviation * deviation * deviation;
        }

        var error = Math.Sqrt(squares / (count - 1) / count);
        if (error <= Rounding * Math.Max(scale, Math.Abs(mean)))
        {
            return null;
        }

        var student = BetaDistribution.StudentQuantile(count - 1);
        var (lowest, highest) = StudentizedBootstrap.Quantiles(deviations);
        var skewness = cubes / count / Math.Pow(squares / count, 1.5) / Math.Sqrt(count);
        return new(mean, new(mean - (Math.Max(student, highest) * error), mean + (Math.Max(student, -lowest) * error)), skewness);
    }

    /// <summary>Sums of neighbors, at most <see cref="MostUnits"/> of them; the same for every quantity of as many units.</summary>
    public static double[] Joined(double[] units)
    {
        if (units.Length <= MostUnits)
        {
            return units;
        }

        var joined = new double[MostUnits];
        for (var unit = 0; unit < units.Length; unit++)
        {
            joined[(int)((long)unit * MostUnits / units.Length)] += units[unit];
        }

        return joined;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
