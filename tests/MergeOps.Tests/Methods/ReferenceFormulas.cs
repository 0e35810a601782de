using MergeOps.Methods.Operators;

namespace MergeOps.Tests.Methods;

/// <summary>
/// Merge methods as the reference documents them, in float64 over whole tensors and with plain loops: slow, short and
/// independent of the engine. Only the random words are the engine's own.
/// </summary>
internal static class ReferenceFormulas
{
    public static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    public static double[] Sum(params (double Weight, double[] Values)[] terms) =>
        [.. Enumerable.Range(0, terms[0].Values.Length).Select(i => terms.Sum(term => term.Weight * term.Values[i]))];

    /// <summary>Sums those terms whose sign is the sign of the sum; exact zeros never agree.</summary>
    public static double[] Elect(bool normalize, params (double Weight, double[] Values)[] terms) =>
    [
        .. Sum(terms).Select((sum, i) =>
        {
            var sign = sum >= 0 ? 1 : -1;
            var agreeing = terms.Where(term => Math.Sign(term.Weight * term.Values[i]) == sign).ToList();
            var divisor = normalize ? agreeing.Sum(term => term.Weight) : 1;
            return agreeing.Sum(term => term.Weight * term.Values[i]) / (divisor == 0 ? 1 : divisor);
        }),
    ];

    /// <summary>Leaves out the largest magnitudes and keeps those that follow.</summary>
    public static double[] Trim(double[] values, int skip, int keep)
    {
        var kept = Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i])).Skip(skip).Take(keep).ToHashSet();
        return [.. values.Select((value, i) => kept.Contains(i) ? value : 0)];
    }

    /// <summary>Breadcrumbs: the share γ of the largest goes, then the smallest until the density is left.</summary>
    public static double[] Breadcrumbs(double[] values, double density, double gamma)
    {
        var (keep, top) = ((int)(density * values.Length), (int)(gamma * values.Length));
        return Trim(values, Math.Min(top, values.Length - keep), keep);
    }

    /// <summary>Keeps each element with its probability, then scales the survivors to the L1 norm of before.</summary>
    public static double[] Drop(double[] values, RandomWords random, Func<int, double> probability)
    {
        double[] kept = [.. values.Select((value, i) => random[i] / Math.Pow(2, 32) < probability(i) ? value : 0)];
        var scale = values.Sum(Math.Abs) / kept.Sum(Math.Abs);
        return [.. kept.Select(value => value * scale)];
    }

    /// <summary>DELLA's probability of an element by the rank of its magnitude in its row.</summary>
    public static Func<int, double> ByRank(double[] values, int row, double density, double epsilon)
    {
        var probabilities = new double[values.Length];
        for (var start = 0; start < values.Length; start += row)
        {
            foreach (var (element, rank) in Enumerable.Range(start, row).OrderBy(i => Math.Abs(values[i])).Select((i, rank) => (i, rank)))
            {
                probabilities[element] = density - epsilon + (2 * epsilon * rank / (row - 1));
            }
        }

        return element => probabilities[element];
    }

    /// <summary>The point between two vectors along the arc that joins them; nearly parallel ones are joined by a line.</summary>
    public static double[] Slerp(double[] from, double[] to, double t, double parallel = 0.9995)
    {
        var cosine = Dot(from, to) / Math.Sqrt(Dot(from, from) * Dot(to, to));
        var angle = Math.Acos(cosine);
        return Math.Abs(cosine) > parallel
            ? Sum((1 - t, from), (t, to))
            : Sum((Math.Sin((1 - t) * angle) / Math.Sin(angle), from), (Math.Sin(t * angle) / Math.Sin(angle), to));
    }

    /// <summary>How far two fine-tunes' mean is kept from the base, by the angle between their task vectors.</summary>
    public static double StockRatio(double[] first, double[] second)
    {
        var cosine = Dot(first, second) / Math.Sqrt(Dot(first, first) * Dot(second, second));
        return 2 * cosine / (1 + cosine);
    }

    /// <summary>SCE of two task vectors: select where they vary most, weigh by mean squares, erase minorities.</summary>
    public static double[] Sce(double[] first, double[] second, double share)
    {
        double[] variance = [.. first.Zip(second, (a, b) => (a - b) * (a - b) / 4)];
        var selected = Trim(variance, 0, (int)(variance.Count(v => v != 0) * share));
        double[][] tasks = [.. new[] { first, second }.Select(task => task.Select((value, i) => selected[i] != 0 ? value : 0).ToArray())];
        double[] weights = [.. tasks.Select(task => Dot(task, task) / task.Length / tasks.Sum(each => Dot(each, each) / each.Length))];
        return
        [
            .. Enumerable.Range(0, first.Length).Select(i =>
            {
                var sign = tasks[0][i] + tasks[1][i] >= 0 ? 1 : -1;
                var agreeing = Enumerable.Range(0, 2).Where(k => Math.Sign(tasks[k][i]) == sign).ToList();
                return agreeing.Sum(k => weights[k] * tasks[k][i]) / Math.Max(agreeing.Sum(k => weights[k]), 1e-6);
            }),
        ];
    }

    /// <summary>A list of values over the depth: the value at a position from 0 to 1.</summary>
    public static double Gradient(double[] values, double position)
    {
        var place = position * (values.Length - 1);
        var below = (int)place;
        return ((1 - (place - below)) * values[below]) + ((place - below) * values[Math.Min(below + 1, values.Length - 1)]);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
