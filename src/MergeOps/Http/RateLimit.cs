using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MergeOps.Http;

/// <summary>
/// How long a server wants to be left alone, by the headers in which servers say so: <c>RateLimit: "api";r=0;t=55</c> (the
/// IETF's draft, the Hub), <c>Retry-After</c> in seconds or as a date, <c>X-RateLimit-Reset</c> (GitHub). A second is added to
/// what they say: they count whole ones, and by their own clock.
/// </summary>
internal static class RateLimit
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    // the year 5138: no time of day is beyond it
    private const long MostSeconds = 100_000_000_000;

    /// <summary>The wait that an answer asks for; null when it asks for none.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="now">The present time.</param>
    public static TimeSpan? WaitOf(HttpResponseMessage response, DateTimeOffset now) =>
        WaitOf(response.StatusCode, name => response.Headers.TryGetValues(name, out var values) ? values.First() : null, now);

    /// <summary>The wait that an answer asks for; null when it asks for none.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="header">Gives a header of the answer by its name, or null.</param>
    /// <param name="now">The present time.</param>
    public static TimeSpan? WaitOf(HttpStatusCode status, Func<string, string?> header, DateTimeOffset now)
    {
        // with some left of a window, the refusal came from another limit; and a server that broke says nothing of limits by it
        var isRefusal = status is HttpStatusCode.TooManyRequests or HttpStatusCode.Forbidden;
        if (isRefusal && header("RateLimit") is { } window && Member(window, "r") is 0 && Member(window, "t") is { } rest)
        {
            return TimeSpan.FromSeconds(rest) + Margin;
        }

        if (RetryConditionHeaderValue.TryParse(header("Retry-After"), out var retry))
        {
            return (retry.Delta ?? Until(retry.Date!.Value, now)) + Margin;
        }

        return isRefusal && Number(header("X-RateLimit-Remaining")) is 0 && Number(header("X-RateLimit-Reset")) is { } reset
            ? Until(DateTimeOffset.FromUnixTimeSeconds(reset), now) + Margin
            : null;
    }

    private static TimeSpan Until(DateTimeOffset end, DateTimeOffset now) => end > now ? end - now : TimeSpan.Zero;

    private static long? Member(string window, string key) =>
        window.Split(';').Select(part => part.Split('=')).FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == key) is [_, var text] ? Number(text) : null;

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostSeconds ? number : null;
}
