using System.Globalization;
using System.Net;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>
/// Reads GitHub's limits from an answer (docs.github.com, "Rate limits for the REST API"): a request beyond a limit was
/// not carried out, so it may be repeated whatever it was.
/// </summary>
internal static class GitHubLimits
{
    // what GitHub's documentation asks for where the answer names no time
    private static readonly TimeSpan Unnamed = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(1);

    // the year 5138: no time of day is beyond it
    private const long MostSeconds = 100_000_000_000;

    private static readonly string[] Words = ["secondary rate limit", "abuse detection", "API rate limit exceeded"];

    /// <summary>How long an answer asks to wait; null when it is no limit.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="now">The present time.</param>
    public static TimeSpan? WaitOf(IResponse response, DateTimeOffset now)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            return null;
        }

        if (Number(response, "Retry-After") is { } seconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        if (Number(response, "X-RateLimit-Remaining") is 0 && Number(response, "X-RateLimit-Reset") is { } reset)
        {
            var wait = DateTimeOffset.FromUnixTimeSeconds(reset) - now + ClockDifference;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        return response.StatusCode is HttpStatusCode.TooManyRequests || IsLimit(response.Body as string) ? Unnamed : null;
    }

    private static bool IsLimit(string? body) =>
        body is not null && Array.Exists(Words, words => body.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static long? Number(IResponse response, string header)
    {
        var value = response.Headers.FirstOrDefault(pair => pair.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Value;
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostSeconds ? number : null;
    }
}
