using System.Globalization;
using System.Text;
using MergeOps.TestHub.Faults;

namespace MergeOps.TestGitHub.Faults;

/// <summary>GitHub's own ways to misbehave; those of any server are in <see cref="Misbehave"/>.</summary>
internal static class GitHubFaults
{
    private const string Json = "application/json; charset=utf-8";

    /// <summary>The secondary limit, which takes no request for a time.</summary>
    /// <param name="retryAfter">How long, in seconds; null where GitHub does not say.</param>
    /// <param name="status">403, or 429 as newer servers say.</param>
    public static Fault SecondaryLimit(int? retryAfter = null, int status = 403) => Misbehave.Answer(
        status,
        Json,
        """{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"}""",
        retryAfter is { } seconds ? [("Retry-After", seconds.ToString(CultureInfo.InvariantCulture))] : []);

    /// <summary>The hour's requests are used up.</summary>
    /// <param name="seconds">Until when there are new ones.</param>
    public static Fault PrimaryLimit(int seconds) => Misbehave.Answer(
        403,
        Json,
        """{"message":"API rate limit exceeded for installation ID 1.","documentation_url":"https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"}""",
        ("X-RateLimit-Limit", "1000"),
        ("X-RateLimit-Remaining", "0"),
        ("X-RateLimit-Reset", DateTimeOffset.UtcNow.AddSeconds(seconds).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));

    /// <summary>The workflow's token lacks a permission, as in a fork's pull request.</summary>
    public static Fault NotAccessible(string permission = "pull_requests=write") => Misbehave.Answer(
        403, Json, """{"message":"Resource not accessible by integration","status":"403"}""", ("X-Accepted-GitHub-Permissions", permission));

    /// <summary>A failure of GitHub's, as a page.</summary>
    public static Fault Failure(int status = 500) => Misbehave.Answer(status, "text/html", "<html><title>Unicorn!</title></html>");

    /// <summary>Does what was asked and fails all the same, so that the caller does not know that it was done.</summary>
    public static Fault FailureAfterwards(int status = 502) => async (context, answer) =>
    {
        var body = context.Response.Body;
        context.Response.Body = Stream.Null;
        await answer();
        context.Response.Body = body;
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        var page = Encoding.UTF8.GetBytes("<html><title>Unicorn!</title></html>");
        context.Response.ContentLength = page.Length;
        await body.WriteAsync(page);
    };
}
