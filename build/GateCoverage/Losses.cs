using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace GateCoverage;

/// <summary>A distribution of differences of losses with mean 0.</summary>
/// <param name="Name">How the page calls it.</param>
/// <param name="Draw">Draws one.</param>
/// <param name="GroupSize">Items of a group, which share most of what they are drawn from; only for normal ones.</param>
internal sealed record Losses(string Name, Func<Draws, double> Draw, int GroupSize = 1)
{
    /// <summary>What is measured: light and heavy tails, little and much skewness.</summary>
    public static readonly Losses[] All =
    [
        new("normal", draws => draws.Normal()),
        new("normal, in groups of 6", draws => draws.Normal(), GroupSize: 6),
        new("t, 3 degrees of freedom", draws => draws.Normal() / Math.Sqrt((Square(draws) + Square(draws) + Square(draws)) / 3)),
        new("lognormal, σ = 1", draws => Lognormal(draws, 1)),
        new("lognormal, σ = 1.5", draws => Lognormal(draws, 1.5)),
    ];

    /// <summary>Draws items of one token each and measures their mean.</summary>
    public Measured Mean(int items, Draws draws)
    {
        var (sums, counts) = (new double[(items + GroupSize - 1) / GroupSize], new double[(items + GroupSize - 1) / GroupSize]);
        var (ofGroup, shared) = (0.0, GroupSize == 1 ? 0 : Answers.IntraclassCorrelation);
        for (var item = 0; item < items; item++)
        {
            ofGroup = item % GroupSize == 0 && GroupSize > 1 ? Draw(draws) : ofGroup;
            sums[item / GroupSize] += (Math.Sqrt(shared) * ofGroup) + (Math.Sqrt(1 - shared) * Draw(draws));
            counts[item / GroupSize]++;
        }

        var sample = new SampleSize(items, sums.Length);
        return new RatioOfSums(sums, counts).Less(null) is { } estimate ? Measured.Of(estimate, sample) : Measured.Of(0, sample, "one group");
    }

    private static double Square(Draws draws)
    {
        var normal = draws.Normal();
        return normal * normal;
    }

    private static double Lognormal(Draws draws, double sigma) => Math.Exp(sigma * draws.Normal()) - Math.Exp(sigma * sigma / 2);
}
