using System.Globalization;
using System.Net;
using System.Text.Json;
using MergeOps.Diagnostics;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>Turns what went wrong between us and GitHub into one message that says what to do.</summary>
internal sealed class GitHubFailures(GitHubSettings settings)
{
    private string Host => settings.Api.Authority;

    /// <summary>No connection, or one that broke before the answer was complete.</summary>
    public MergeOpsException Unreachable(GitHubSubject subject, Exception cause)
    {
        var why = cause is OperationCanceledException ? "it did not respond for too long" : (cause.InnerException ?? cause).Message.TrimEnd('.');
        return new(
            Codes.GitHubUnreachable,
            $"{Host} did not answer for {subject.What}: {SecretText.Quote(why)}. Check the network, the proxy and GITHUB_API_URL, and run again.",
            innerException: cause);
    }

    /// <summary>The server's own failure.</summary>
    public MergeOpsException Failed(GitHubSubject subject, IResponse response) => new(
        Codes.GitHubUnreachable, $"{Host} answered {Status(response)} for {subject.What}. Run again later.{Said(response)}");

    /// <summary>A limit that lasts longer than a run waits.</summary>
    public MergeOpsException Limited(GitHubSubject subject, IResponse response, TimeSpan wait) => new(
        Codes.GitHubLimited,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Host} accepts no more requests for {Math.Ceiling(wait.TotalSeconds):F0} s, at {subject.What}. A run waits at most {GitHubTransport.ForLimits.TotalSeconds:F0} s; run again later.{Said(response)}"));

    /// <summary>An answer that is no answer to the question.</summary>
    public MergeOpsException Unexpected(GitHubSubject subject, string why, Exception? cause = null) => new(
        Codes.GitHubUnexpected, $"{Host} answered for {subject.What} with {SecretText.Quote(why)}. Check GITHUB_API_URL.", innerException: cause);

    /// <summary>An answer that is a refusal.</summary>
    public MergeOpsException Refused(GitHubSubject subject, ApiException refusal)
    {
        var response = refusal.HttpResponse;
        var (code, detail) = refusal.StatusCode switch
        {
            HttpStatusCode.Unauthorized => (Codes.GitHubRefused, settings.Token is null
                ? $"{Host} requires authentication for {subject.What}. Set GITHUB_TOKEN."
                : $"{Host} does not accept the token, at {subject.What}. It was revoked, has expired, or belongs to another GitHub. Check GITHUB_TOKEN."),
            HttpStatusCode.Forbidden => (Codes.GitHubRefused,
                $"The token lacks permission: {subject.What}. It needs the permission {Permission(subject, response)}; a workflow grants it under permissions, and the workflow of a fork's pull request cannot."),
            HttpStatusCode.NotFound or HttpStatusCode.Gone => (Codes.GitHubGone,
                $"{Host} does not show {subject.What}: it no longer exists, or the token lacks the permission {Permission(subject, response)}."),
            HttpStatusCode.RequestEntityTooLarge => (Codes.GitHubTooLong, TooLong(subject)),
            HttpStatusCode.UnprocessableEntity when IsTooLong(response) => (Codes.GitHubTooLong, TooLong(subject)),
            _ => (Codes.GitHubUnexpected, $"{Host} answered {Status(response)} for {subject.What}."),
        };
        return new MergeOpsException(code, detail + Said(response), innerException: refusal);
    }

    private static string TooLong(GitHubSubject subject) => $"{subject.What}: GitHub takes texts of at most 65,536 characters.";

    private static bool IsTooLong(IResponse response) =>
        (response.Body as string)?.Contains("too long", StringComparison.OrdinalIgnoreCase) == true;

    // GitHub names what would have sufficed
    private static string Permission(GitHubSubject subject, IResponse response) =>
        response.Headers.FirstOrDefault(pair => pair.Key.Equals("X-Accepted-GitHub-Permissions", StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } named
            ? $"'{SecretText.Quote(named.Replace('_', '-').Replace("=", ": ", StringComparison.Ordinal))}'"
            : $"'{subject.Permission}'";

    private static string Said(IResponse response)
    {
        var said = SecretText.Quote(string.Join("; ", Messages(response.Body as string ?? "").Distinct(StringComparer.Ordinal)));
        return said.Length == 0 ? "" : $" (It said: {said})";
    }

    private static IEnumerable<string> Messages(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return [.. Messages(json.RootElement)];
        }
        catch (JsonException)
        {
            // not JSON: a short plain text is worth showing, a page is not
            return body.TrimStart().StartsWith('<') ? [] : [body];
        }
    }

    private static IEnumerable<string> Messages(JsonElement answer)
    {
        if (answer.ValueKind is not JsonValueKind.Object)
        {
            yield break;
        }

        if (answer.TryGetProperty("message", out var message))
        {
            yield return message.ToString();
        }

        if (answer.TryGetProperty("errors", out var errors) && errors.ValueKind is JsonValueKind.Array)
        {
            foreach (var error in errors.EnumerateArray())
            {
                yield return error.ValueKind is JsonValueKind.Object && error.TryGetProperty("message", out var detail) ? detail.ToString() : error.ToString();
            }
        }
    }

    private static string Status(IResponse response) => ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
}
