namespace MergeOps.TestGitHub.Storage;

/// <summary>A review.</summary>
/// <param name="Login">Who.</param>
/// <param name="State"><c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c> or <c>DISMISSED</c>.</param>
/// <param name="CommitSha">The head at that time.</param>
internal sealed record StoredReview(string Login, string State, string CommitSha);
