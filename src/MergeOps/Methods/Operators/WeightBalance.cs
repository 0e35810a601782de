using System.Globalization;
using System.Numerics;

namespace MergeOps.Methods.Operators;

/// <summary>What comes of weights that are divided by their sum where they cancel, in the words of a warning.</summary>
internal static class WeightBalance
{
    /// <summary>The share of the weights' magnitudes below which their sum counts as nearly nothing.</summary>
    private const double Nearly = 0.01;

    /// <summary>The largest number of weights of which every combination is looked at.</summary>
    private const int CombinedWeights = 10;

    /// <summary>Whether weights sum to less than a hundredth of their magnitudes.</summary>
    public static bool Cancel(double[] weights) => Cancel(Sum(weights), Sum(Array.ConvertAll(weights, Math.Abs)));

    /// <summary>Of weights that are all divided by the one sum of all; null where that is an ordinary average.</summary>
    /// <param name="weights">One for each model.</param>
    /// <param name="key">The parameter that turns the division on.</param>
    /// <param name="zeroSum">Sums below this are not divided by.</param>
    public static string? OfSum(double[] weights, string key, double zeroSum)
    {
        var sum = Sum(weights);
        return !Cancel(weights)
            ? sum < 0
                ? $"The weights sum to {Text(sum)}, and '{key}: true' divides by that: every sign flips, and what a negative weight should take away is added."
                : null
            : Math.Abs(sum) < zeroSum
                ? $"The weights cancel: they sum to {Text(sum)}, and '{key}: true' then does nothing."
                : $"The weights nearly cancel: they sum to {Text(sum)}, and '{key}: true' divides by that, which multiplies every difference by {Factor(sum)}.";
    }

    /// <summary>Of weights that are divided, in each element, by the sum of those that agree on a sign; null where that is an ordinary average.</summary>
    /// <param name="weights">One for each model.</param>
    /// <param name="key">The parameter that turns the division on.</param>
    public static string? OfAgreeing(double[] weights, string key)
    {
        if (!Array.Exists(weights, weight => weight < 0))
        {
            return null;
        }

        const string turned = "where only negative ones agree, what they should take away is added";
        var divides = $"'{key}: true' divides each entry by the sum of the weights that agree on its sign";
        return Cancelling(weights) is not { } worst
            ? $"Some weights are negative, and {divides}: {turned}."
            : Sum(worst) == 0
                ? $"The weights cancel, and {divides}: {List(worst)} sum to 0, where nothing is divided, and {turned}."
                : $"The weights nearly cancel, and {divides}: {List(worst)} sum to {Text(Sum(worst))}, which multiplies an entry by {Factor(Sum(worst))}, and {turned}.";
    }

    // the combination that cancels most; of many weights only all of them are looked at
    private static double[]? Cancelling(double[] weights)
    {
        double[] used = [.. weights.Where(weight => weight != 0)];
        if (used.Length > CombinedWeights)
        {
            return Cancel(used) ? used : null;
        }

        var sums = new (double Sum, double Magnitude)[1 << used.Length];
        var worst = 0;
        for (var bits = 1; bits < sums.Length; bits++)
        {
            var weight = used[BitOperations.TrailingZeroCount(bits)];
            var others = sums[bits & (bits - 1)];
            sums[bits] = (others.Sum + weight, others.Magnitude + Math.Abs(weight));
            if (Cancel(sums[bits].Sum, sums[bits].Magnitude) && (worst == 0 || Math.Abs(sums[bits].Sum) < Math.Abs(sums[worst].Sum)))
            {
                worst = bits;
            }
        }

        return worst == 0 ? null : [.. used.Where((_, i) => (worst & (1 << i)) != 0)];
    }

    private static double Sum(double[] weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        return sum;
    }

    private static bool Cancel(double sum, double magnitude) => Math.Abs(sum) < Nearly * magnitude;

    private static string List(double[] weights) =>
        weights.Length == 2 ? $"{Text(weights[0])} and {Text(weights[1])}" : string.Join(", ", weights.Select(Text));

    private static string Factor(double sum) => (1 / Math.Abs(sum)).ToString(Math.Abs(sum) < 0.1 ? "#,0" : "0.##", CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);
}
