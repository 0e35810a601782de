namespace MergeOps.GitHub.Client;

/// <summary>A pull request as it is now.</summary>
/// <param name="Number">Its number.</param>
/// <param name="HeadSha">The commit it proposes.</param>
/// <param name="HeadRef">The branch that commit is on; text of its author.</param>
/// <param name="HeadRepository">Where that branch is; null when the repository was deleted.</param>
/// <param name="BaseRef">The branch it goes into.</param>
/// <param name="BaseSha">That branch's commit as the pull request knows it.</param>
/// <param name="Title">Text of its author.</param>
/// <param name="AuthorLogin">Who opened it; <c>ghost</c> when that account was deleted.</param>
/// <param name="IsOpen">Whether it is neither merged nor closed.</param>
/// <param name="MergedAt">When it was merged; null when it was not.</param>
/// <param name="MergeCommitSha">The commit that merged it; before that a trial merge of GitHub's, or null.</param>
/// <param name="IsFork">Whether it comes from another repository than the one it goes into.</param>
internal sealed record PullRequestInfo(
    int Number,
    string HeadSha,
    string HeadRef,
    RepositorySlug? HeadRepository,
    string BaseRef,
    string BaseSha,
    string Title,
    string AuthorLogin,
    bool IsOpen,
    DateTimeOffset? MergedAt,
    string? MergeCommitSha,
    bool IsFork)
{
    /// <summary>Whether it can be merged without conflicts; null while GitHub does not know.</summary>
    public bool? IsMergeable { get; init; }

    /// <summary>Whether its author says that it is not ready yet.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Whether it was merged.</summary>
    public bool IsMerged => MergedAt is not null;
}
