using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ProgressTests
{
    private static readonly Work Half = new(1_250_000_000, 2_500_000_000, WorkUnit.Bytes);

    [Fact]
    public void A_line_shows_bytes_speed_and_time_left() => Assert.Equal(
        "merge  ━━━━━━━━━━━━────────────   50 %  1.25 GB of 2.50 GB  500 MB/s  2.5 s left",
        ProgressText.Of("merge", Half, 0.5e9, 120));

    [Fact]
    public void Items_are_counted_as_such() => Assert.Equal(
        "evaluate  ━━━━━━━━━━━━━━━━━━━━━━━━  100 %  1,200 of 1,200 items  300 items/s  0.0 s left",
        ProgressText.Of("evaluate", new Work(1200, 1200, WorkUnit.Items), 300, 120));

    [Theory]
    [InlineData(79)]
    [InlineData(40)]
    [InlineData(5)]
    [InlineData(0)]
    public void A_line_never_breaks(int width) =>
        Assert.True(ProgressText.Of("evaluate  a model with a long name", Half, 1e9, width).Length <= width);

    [Fact]
    public void Speed_is_that_of_the_last_seconds()
    {
        var pace = new Pace();
        for (var second = 0; second <= 20; second++)
        {
            pace.Note(TimeSpan.FromSeconds(second), second <= 10 ? second * 10 : 100 + ((second - 10) * 100));
        }

        Assert.Equal(100, pace.PerSecond);
    }

    [Fact]
    public void Nothing_is_said_of_speed_before_there_is_any() => Assert.Equal(0, new Pace().PerSecond);

    [Theory]
    [InlineData(0.42, "0.4 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(185, "3:05")]
    [InlineData(3723, "1:02:03")]
    public void Durations_are_as_precise_as_people_need(double seconds, string text) =>
        Assert.Equal(text, Quantity.Duration(TimeSpan.FromSeconds(seconds)));
}
