namespace MergeOps.GitHub.Client;

/// <summary>What somebody said of a pull request as a whole.</summary>
/// <param name="Login">Who; <c>ghost</c> when that account was deleted.</param>
/// <param name="State"><c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c>, <c>DISMISSED</c> or <c>PENDING</c>.</param>
/// <param name="CommitSha">The head at that time; null when GitHub no longer knows.</param>
internal sealed record Review(string Login, string State, string? CommitSha);
