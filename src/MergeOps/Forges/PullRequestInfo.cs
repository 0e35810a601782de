namespace MergeOps.Forges;

/// <summary>A pull request as it is now.</summary>
/// <param name="Number">Its number.</param>
/// <param name="HeadSha">The commit it proposes.</param>
/// <param name="BaseRef">The branch it goes into.</param>
/// <param name="AuthorLogin">Who opened it; a name that nobody has when that account was deleted.</param>
/// <param name="IsOpen">Whether it is neither merged nor closed.</param>
/// <param name="MergedAt">When it was merged; null when it was not.</param>
/// <param name="MergeCommitSha">The commit that merged it; before that a trial merge of the forge's, or null.</param>
internal sealed record PullRequestInfo(
    int Number, string HeadSha, string BaseRef, string AuthorLogin, bool IsOpen, DateTimeOffset? MergedAt, string? MergeCommitSha)
{
    /// <summary>Whether it can be merged without conflicts; null while the forge does not know.</summary>
    public bool? IsMergeable { get; init; }

    /// <summary>Whether its author says that it is not ready yet.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Whether it was merged.</summary>
    public bool IsMerged => MergedAt is not null;
}
