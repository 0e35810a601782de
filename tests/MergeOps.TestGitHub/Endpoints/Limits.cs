using MergeOps.TestGitHub.Http;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>What GitHub takes at most.</summary>
internal static class Limits
{
    private const int LongestBody = 65_536;

    /// <summary>The text of a comment, an issue or a pull request, as it is kept.</summary>
    public static string Body(string text) =>
        text.Length > LongestBody ? throw GitHubError.Invalid($"Body is too long (maximum is {LongestBody} characters)") : text;
}
