using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MergeOps.TestGitHub.Storage;

/// <summary>The tokens that the server gave out.</summary>
internal sealed class TokenStore
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private readonly ConcurrentDictionary<string, GitHubToken> tokens = new(StringComparer.Ordinal);

    /// <summary>Gives one out.</summary>
    /// <param name="login">Under which name it writes.</param>
    /// <param name="isWorkflow">Whether it is a workflow's own.</param>
    /// <param name="canWrite">False for that of a fork's pull request.</param>
    public GitHubToken Add(string login, bool isWorkflow, bool canWrite) =>
        Add(new((login.EndsWith("[bot]", StringComparison.Ordinal) ? "ghs_" : "ghp_") + RandomNumberGenerator.GetString(Letters, 36), login, isWorkflow, canWrite));

    /// <summary>Gives a job its token.</summary>
    /// <param name="repository">For which repository, as <c>owner/name</c>.</param>
    /// <param name="permissions">What it may do, such as <c>pull_requests</c> and <c>write</c>.</param>
    public GitHubToken AddForJob(string repository, IReadOnlyDictionary<string, string> permissions) =>
        Add(new("ghs_" + RandomNumberGenerator.GetString(Letters, 36), "github-actions[bot]", IsWorkflow: true, CanWrite: true) { Repository = repository, Permissions = permissions });

    /// <summary>The token of a secret; null when there is none, or none any more.</summary>
    public GitHubToken? Find(string? secret) => secret is null ? null : tokens.GetValueOrDefault(secret);

    /// <summary>Takes one back.</summary>
    public void Revoke(GitHubToken token) => tokens.TryRemove(token.Value, out _);

    private GitHubToken Add(GitHubToken token) => tokens[token.Value] = token;
}
