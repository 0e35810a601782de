using MergeOps.Evaluation.Charts;
using Xunit;

namespace MergeOps.Tests.Evaluation.Charts;

public sealed class ScaleTests
{
    private static readonly TickUnit Plain = new(IsShare: false, IsDifference: false);

    [Fact]
    public void Shares_have_round_ticks_from_none_to_all() =>
        Assert.Equal([0, 0.2, 0.4, 0.6, 0.8, 1], Scale.Between(0, 1, Plain).Ticks);

    [Theory]
    [InlineData(0, 10.3, new[] { 0.0, 2.5, 5, 7.5, 10 })]
    [InlineData(-0.2, 0.31, new[] { -0.2, 0, 0.2 })]
    [InlineData(1e-9, 3e-9, new[] { 1e-9, 1.5e-9, 2e-9, 2.5e-9, 3e-9 })]
    public void Ticks_are_multiples_of_1_2_2_5_or_5_and_never_many(double lowest, double highest, double[] ticks)
    {
        var scale = Scale.Of([lowest, highest], Plain);

        Assert.InRange(scale.Ticks.Length, 2, 7);
        Assert.All(ticks.Where(tick => tick >= lowest && tick <= highest), tick => Assert.Contains(scale.Ticks, known => Math.Abs(known - tick) < 1e-12));
    }

    [Fact]
    public void Every_value_lies_on_the_line()
    {
        var scale = Scale.WithZero([0.3, 0.7], Plain);

        Assert.Equal(0, scale.At(0).Value);
        Assert.InRange(scale.At(0.7).Value, 90, 99);
        Assert.Equal(100, scale.At(1e300).Value);
        Assert.Equal(0, scale.At(-5).Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.42)]
    [InlineData(-7)]
    [InlineData(1e300)]
    public void A_single_value_has_a_scale_too(double value)
    {
        var scale = Scale.Of([value], Plain);

        Assert.True(scale.Lowest < scale.Highest);
        Assert.InRange(scale.At(value).Value, 0, 100);
        Assert.NotEmpty(scale.Ticks);
    }

    [Fact]
    public void Nothing_that_is_not_finite_moves_an_end() =>
        Assert.Equal(Scale.Of([0, 1], Plain).Highest, Scale.Of([0, 1, double.PositiveInfinity, double.NaN], Plain).Highest);

    [Theory]
    [InlineData(true, false, 0.25, "25 %")]
    [InlineData(true, true, 0.05, "+5")]
    [InlineData(true, true, -0.1, "−10")]
    [InlineData(true, true, 0, "0")]
    [InlineData(false, false, 1.5, "1.5")]
    [InlineData(false, true, -0.002, "−0.002")]
    public void A_tick_is_written_as_people_read_the_metric(bool isShare, bool isDifference, double value, string text) =>
        Assert.Equal(text, new TickUnit(isShare, isDifference).Text(value));
}
