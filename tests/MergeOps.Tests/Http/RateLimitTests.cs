using System.Net;
using MergeOps.Http;
using Xunit;

namespace MergeOps.Tests.Http;

// the headers as the Hub's documentation of its rate limits shows them
public sealed class RateLimitTests
{
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

        Assert.Equal(seconds, RateLimit.WaitOf(response)?.TotalSeconds);
    }

    private static void Add(HttpResponseMessage response, string name, string? value)
    {
        if (value is not null)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
