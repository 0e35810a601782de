using MergeOps.Merging.Reading.Numbers;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Numbers;

/// <summary>Quantiles against those that R's qnorm gives, and the logarithm against the system's.</summary>
public sealed class NormalQuantileTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.9, 1.2815515655446004)]
    [InlineData(0.25, -0.6744897501960817)]
    [InlineData(0.999, 3.090232306167813)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-16, -8.222082216130435)]
    public void A_quantile_is_that_of_the_tables(double share, double expected) =>
        Assert.Equal(expected, NormalQuantile.Of(share), 1e-13 * Math.Max(1, Math.Abs(expected)));

    [Fact]
    public void The_logarithm_is_that_of_the_system_but_for_the_last_bit()
    {
        foreach (var value in new[] { 1e-300, 1e-17, 0.1, 0.5, 0.70710678, 0.9999999, 1, 1.5, 2, 1e10 })
        {
            Assert.Equal(Math.Log(value), NormalQuantile.Logarithm(value), 4e-16 * Math.Max(1, Math.Abs(Math.Log(value))));
        }
    }
}
