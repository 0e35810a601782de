using MergeOps.Evaluation.Intervals;
using Xunit;

namespace MergeOps.Tests.Evaluation.Intervals;

public sealed class BetaDistributionTests
{
    /// <summary>The usual table of Student's t, such as Abramowitz and Stegun's table 26.10.</summary>
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(2, 4.303)]
    [InlineData(5, 2.571)]
    [InlineData(19, 2.093)]
    [InlineData(30, 2.042)]
    [InlineData(120, 1.980)]
    [InlineData(1_000_000, 1.960)]
    public void Students_quantiles_are_those_of_the_tables(double degreesOfFreedom, double quantile) =>
        Assert.Equal(quantile, BetaDistribution.StudentQuantile(degreesOfFreedom), 3);

    [Theory]
    [InlineData(0.3, 1, 1, 0.3)]
    [InlineData(0.3, 2, 1, 0.09)]
    [InlineData(0.3, 1, 3, 0.657)]
    [InlineData(0, 2, 3, 0)]
    [InlineData(1, 2, 3, 1)]
    public void Where_the_distribution_is_a_power_it_is_that_power(double x, double a, double b, double probability) =>
        Assert.Equal(probability, BetaDistribution.Probability(x, a, b), 12);

    [Theory]
    [InlineData(0.01, 3)]
    [InlineData(0.5, 40_000)]
    [InlineData(0.975, 100_000)]
    public void A_quantile_has_its_probability(double probability, double size) =>
        Assert.Equal(probability, BetaDistribution.Probability(BetaDistribution.Quantile(probability, size, size / 2), size, size / 2), 9);

    [Fact]
    public void A_symmetric_distribution_has_half_of_its_mass_below_a_half() => Assert.Equal(0.5, BetaDistribution.Probability(0.5, 50_000, 50_000), 9);
}
