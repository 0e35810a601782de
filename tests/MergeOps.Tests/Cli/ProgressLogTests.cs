using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What a log shows of hours of work.</summary>
public sealed class ProgressLogTests : IDisposable
{
    private readonly StringWriter error = new() { NewLine = "\n" };
    private readonly Clock clock = new();
    private readonly ProgressLog progress;

    public ProgressLogTests() => progress = new(new Screen(TextWriter.Null, error, ScreenTraits.Redirected, TestEnvironment.OfThisProcess), clock);

    [Fact]
    public void Work_that_is_over_within_half_a_minute_leaves_no_line()
    {
        At(29, 100);

        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void Fast_work_tells_every_half_minute()
    {
        At(30, 10);
        At(45, 30);
        At(60, 50);

        Assert.Equal(["10 %", "50 %"], Reported());
    }

    [Fact]
    public void Slow_work_tells_every_twentieth()
    {
        At(30, 1);
        At(60, 4);
        At(90, 5);
        At(600, 9);
        At(700, 10);

        Assert.Equal(["5 %", "10 %"], Reported());
    }

    public void Dispose() => error.Dispose();

    private void At(int seconds, long done)
    {
        clock.Now = TimeSpan.FromSeconds(seconds);
        progress.Advance("merge", new Work(done, 100, WorkUnit.Items));
    }

    private string[] Reported() => [.. error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[1])];

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
