using System.Collections.Immutable;

namespace MergeOps.Forges;

/// <summary>Changes of our own that people decide about in pull requests.</summary>
internal interface IProposals
{
    /// <summary>
    /// Proposes a change as one commit on a branch of ours and one pull request; an open one is brought up to date. A branch that
    /// only we committed to is set anew onto its base, so that it never conflicts; commits of other people on it are kept.
    /// </summary>
    Task<Proposal> ProposeAsync(ProposedChange change, CancellationToken cancellation);
}

/// <summary>One commit that is proposed as a pull request, from a branch that is ours alone.</summary>
/// <param name="Branch">The branch's name without <c>refs/heads/</c>.</param>
/// <param name="BaseRef">The branch it goes into.</param>
/// <param name="Files">What files hold after the commit, by path with <c>/</c>; null removes a file.</param>
/// <param name="Message">The commit's message.</param>
/// <param name="Title">The pull request's title.</param>
/// <param name="Body">The pull request's Markdown.</param>
internal sealed record ProposedChange(
    string Branch, string BaseRef, ImmutableSortedDictionary<string, byte[]?> Files, string Message, string Title, string Body);

/// <summary>What became of a <see cref="ProposedChange"/>.</summary>
/// <param name="Outcome">What was done.</param>
/// <param name="Pull">The pull request, its head as it is after this; null where there is none.</param>
internal sealed record Proposal(ProposalOutcome Outcome, PullRequestInfo? Pull);

/// <summary>What was done about a <see cref="ProposedChange"/>.</summary>
internal enum ProposalOutcome
{
    /// <summary>The base holds it already: there is nothing to propose.</summary>
    NothingToPropose,

    /// <summary>A pull request was opened.</summary>
    Opened,

    /// <summary>The open pull request has a new commit.</summary>
    Updated,

    /// <summary>The open pull request proposes just that already.</summary>
    Unchanged,

    /// <summary>Somebody closed the pull request that proposed just that.</summary>
    Declined,
}
