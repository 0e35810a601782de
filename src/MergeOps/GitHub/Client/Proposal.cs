namespace MergeOps.GitHub.Client;

/// <summary>What became of a <see cref="ProposedChange"/>.</summary>
/// <param name="Outcome">What was done.</param>
/// <param name="Pull">The pull request, its head as it is after this; null where there is none.</param>
internal sealed record Proposal(ProposalOutcome Outcome, PullRequestInfo? Pull);
