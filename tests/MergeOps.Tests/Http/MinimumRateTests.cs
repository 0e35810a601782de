using MergeOps.Http;
using Xunit;

namespace MergeOps.Tests.Http;

[RunsAlone("measures how slowly bytes come")]
public sealed class MinimumRateTests
{
    [Theory]
    [InlineData(10, 512 * 10, true)]
    [InlineData(10, (512 * 10) - 1, false)]
    [InlineData(9, 1, true)]
    public void Less_than_512_bytes_in_a_second_are_too_few_once_patience_is_over(int seconds, int bytes, bool isEnough)
    {
        var rate = new MinimumRate(TimeSpan.FromSeconds(10));

        var failure = Record.Exception(() => rate.Count(bytes, TimeSpan.FromSeconds(seconds), "came"));

        Assert.Equal(isEnough, failure is null);
    }

    [Fact]
    public void Each_stretch_is_measured_for_itself()
    {
        var rate = new MinimumRate(TimeSpan.FromSeconds(10));
        rate.Count(100_000_000, TimeSpan.FromSeconds(10), "left");

        var failure = Assert.Throws<IOException>(() => rate.Count(10, TimeSpan.FromSeconds(11), "left"));

        Assert.Equal("only 10 B left in 11 s", failure.Message);
    }

    [Fact]
    public async Task A_body_of_which_a_few_bytes_leave_now_and_then_is_given_up()
    {
        using var content = new WatchedContent(new StreamContent(new FewAtATime()), TimeSpan.FromMilliseconds(200), () => { });
        await using var server = new SlowReader(TimeSpan.FromMilliseconds(60));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(server, TestContext.Current.CancellationToken));

        Assert.Matches(@"only \d+ B left in 0\.[2-9]", (failure.InnerException ?? failure).Message);
    }

    /// <summary>A body that is made in small pieces.</summary>
    private sealed class FewAtATime() : MemoryStream(new byte[4096])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(8, buffer.Length)], cancellationToken);
    }

    /// <summary>A connection whose other end takes its time.</summary>
    private sealed class SlowReader(TimeSpan rest) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(rest, cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
