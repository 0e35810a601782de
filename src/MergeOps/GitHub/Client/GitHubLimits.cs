using System.Net;
using Octokit;
using RateLimit = MergeOps.Http.RateLimit;

namespace MergeOps.GitHub.Client;

/// <summary>
/// Which answers of GitHub are limits (docs.github.com, "Rate limits for the REST API"): a request beyond a limit was not
/// carried out, so it may be repeated whatever it was.
/// </summary>
internal static class GitHubLimits
{
    // what GitHub's documentation asks for where the answer names no time
    private static readonly TimeSpan Unnamed = TimeSpan.FromMinutes(1);

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

        return RateLimit.WaitOf(response.StatusCode, name => HeaderOf(response, name), now)
            ?? (response.StatusCode is HttpStatusCode.TooManyRequests || IsLimit(response.Body as string) ? Unnamed : null);
    }

    private static bool IsLimit(string? body) =>
        body is not null && Array.Exists(Words, words => body.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static string? HeaderOf(IResponse response, string name) =>
        response.Headers.FirstOrDefault(pair => pair.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
