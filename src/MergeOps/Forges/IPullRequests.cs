using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Forges;

/// <summary>Pull requests, what they change, and what people said of them.</summary>
internal interface IPullRequests
{
    /// <summary>A pull request as it is now.</summary>
    /// <exception cref="MergeOpsException">Nothing of that number is a pull request: <see cref="Codes.GitHubGone"/>.</exception>
    Task<PullRequestInfo> PullAsync(int number, CancellationToken cancellation);

    /// <summary>The same; null when nothing of that number is a pull request.</summary>
    Task<PullRequestInfo?> FindPullAsync(int number, CancellationToken cancellation);

    /// <summary>The pull requests into a branch that were closed or merged, the last changed first.</summary>
    /// <param name="baseRef">The branch.</param>
    /// <param name="last">The most to list; up to 100 of them take one call.</param>
    /// <param name="cancellation">Stops.</param>
    Task<ImmutableArray<PullRequestInfo>> ClosedPullsAsync(string baseRef, int last, CancellationToken cancellation);

    /// <summary>The pull requests that a commit came in by, or is proposed by; whether each can be merged is not told.</summary>
    Task<ImmutableArray<PullRequestInfo>> PullsOfCommitAsync(string sha, CancellationToken cancellation);

    /// <summary>The files that a pull request changes, as many as the forge lists: of GitHub's 3000.</summary>
    Task<ImmutableArray<ChangedFile>> PullFilesAsync(int number, CancellationToken cancellation);

    /// <summary>What people said of a pull request as a whole, oldest first.</summary>
    Task<ImmutableArray<Review>> ReviewsAsync(int number, CancellationToken cancellation);

    /// <summary>Merges a pull request as it was looked at, in the first way that the repository allows: a merge commit, one commit, or its commits.</summary>
    /// <param name="pull">The pull request; nothing happens if its branch has moved since.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Null, or why the forge does not merge it: a rule of the branch, a conflict, a newer commit.</returns>
    Task<string?> TryMergeAsync(PullRequestInfo pull, CancellationToken cancellation);
}

/// <summary>A file that a pull request changes.</summary>
/// <param name="Path">Where it is at the head, with <c>/</c>; text of the pull request's author.</param>
/// <param name="PreviousPath">Where it was before it was renamed; else null.</param>
internal sealed record ChangedFile(string Path, string? PreviousPath);

/// <summary>What somebody said of a pull request as a whole.</summary>
/// <param name="Login">Who.</param>
/// <param name="State">What.</param>
/// <param name="CommitSha">The head at that time; null when the forge no longer knows.</param>
internal sealed record Review(string Login, ReviewState State, string? CommitSha);

/// <summary>What a review says.</summary>
internal enum ReviewState
{
    /// <summary>Neither yes nor no: words alone, or a review that is not sent yet.</summary>
    Commented,

    /// <summary>Yes.</summary>
    Approved,

    /// <summary>No.</summary>
    ChangesRequested,

    /// <summary>Somebody took it back.</summary>
    Dismissed,
}
