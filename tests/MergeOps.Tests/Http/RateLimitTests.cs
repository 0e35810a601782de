using System.Globalization;
using System.Net;
using MergeOps.Http;
using Xunit;

namespace MergeOps.Tests.Http;

// the headers as the Hub's documentation of its rate limits shows them
public sealed class RateLimitTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("\"api\";r=0;t=55", null, 56)]
    [InlineData("\"resolvers\"; r = 0; t = 7", "30", 8)]
    [InlineData("\"api\";r=489;t=189", "30", 31)]
    [InlineData(null, "2", 3)]
    [InlineData("nonsense", null, null)]
    [InlineData(null, null, null)]
    public void The_window_s_end_counts_when_nothing_is_left_of_it(string? rateLimit, string? retryAfter, int? seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        Add(response, "RateLimit", rateLimit);
        Add(response, "Retry-After", retryAfter);

        Assert.Equal(seconds, RateLimit.WaitOf(response, Now)?.TotalSeconds);
    }

    // the headers as GitHub's documentation of its rate limits names them
    [Theory]
    [InlineData(403, "0", 30, 31)]
    [InlineData(429, "0", 30, 31)]
    [InlineData(429, "0", -5, 1)]
    [InlineData(429, "17", 30, null)]
    [InlineData(502, "0", 30, null)]
    public void A_window_ends_at_its_reset(int status, string remaining, int resetsIn, int? seconds)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        Add(response, "X-RateLimit-Remaining", remaining);
        Add(response, "X-RateLimit-Reset", Now.AddSeconds(resetsIn).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

        Assert.Equal(seconds, RateLimit.WaitOf(response, Now)?.TotalSeconds);
    }

    [Theory]
    [InlineData("Fri, 01 May 2026 12:00:20 GMT", 21)]
    [InlineData("Fri, 01 May 2026 11:59:00 GMT", 1)]
    [InlineData("99999999999999999999", null)]
    [InlineData("-3", null)]
    public void Retry_After_may_be_a_date(string retryAfter, int? seconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        Add(response, "Retry-After", retryAfter);

        Assert.Equal(seconds, RateLimit.WaitOf(response, Now)?.TotalSeconds);
    }

    private static void Add(HttpResponseMessage response, string name, string? value)
    {
        if (value is not null)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
