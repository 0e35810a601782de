using MergeOps.Http;
using Xunit;

namespace MergeOps.Tests.Http;

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
    public async Task A_body_that_leaves_a_few_bytes_now_and_then_is_given_up()
    {
        using var content = new WatchedContent(new ByteArrayContent(new byte[1 << 20]), TimeSpan.FromMilliseconds(200), () => { });
        await using var server = new SlowReader(bytesAtATime: 4, rest: TimeSpan.FromMilliseconds(1));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => content.CopyToAsync(server, TestContext.Current.CancellationToken));

        Assert.Contains(" left in ", (failure.InnerException ?? failure).Message, StringComparison.Ordinal);
    }

    /// <summary>A connection whose other end takes its time.</summary>
    private sealed class SlowReader(int bytesAtATime, TimeSpan rest) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // as slow as if it took so many bytes at a time, but in few waits
            var wait = rest * Math.Min(buffer.Length / bytesAtATime, 300);
            await Task.Delay(wait, cancellationToken);
            await base.WriteAsync(buffer[..1], cancellationToken);
        }
    }
}
