using MergeOps.Diagnostics;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Handlers;

/// <summary>A merged pull request with what our comment below it shows, which is what people approved.</summary>
/// <param name="Pull">The pull request.</param>
/// <param name="Header">The plans that were shown.</param>
internal sealed record Approval(PullRequestInfo Pull, CommentHeader Header);

/// <summary>Finds what was approved, and whether by enough people.</summary>
internal sealed class Approvals(Journey journey)
{
    /// <summary>The pull request by which a commit came to a branch; null when it came without one.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="branch">The branch; what was merged into another one was approved for that one alone.</param>
    public async Task<PullRequestInfo?> PullOfAsync(string commit, string branch) =>
        (await journey.GitHub.PullsOfCommitAsync(commit, journey.Cancellation)).FirstOrDefault(pull => pull.IsMerged && pull.BaseRef == branch);

    /// <summary>The approval of a commit of the base branch; null when there is none, and why is in the findings.</summary>
    /// <param name="merged">The pull request by which it came; null when there is none.</param>
    /// <param name="commit">The commit.</param>
    public async Task<Approval?> OfAsync(PullRequestInfo? merged, string commit)
    {
        if (merged is null)
        {
            return Refuse($"{commit[..12]} came without a pull request. Open one, or let `direct_pushes: apply` in .github/mergeops.yml allow this.");
        }

        if (await new Reporter(journey).HeaderAsync(merged.Number) is not { } header)
        {
            return Refuse($"Pull request {merged.Number} has no comment of ours with its plans. Write `/merge plan` below it, look at them, then `/merge apply` with their hash.");
        }

        return await HasEnoughAsync(merged, journey.Settings.Approvals) ? new Approval(merged, header) : null;
    }

    /// <summary>Whether enough people approved a pull request's newest commit; if not, that is found.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="needed">How many; its author does not count.</param>
    public async Task<bool> HasEnoughAsync(PullRequestInfo pull, int needed)
    {
        if (needed == 0)
        {
            return true;
        }

        var approving = 0;
        foreach (var login in await ApprovingAsync(pull))
        {
            approving += await journey.GitHub.MayWriteAsync(login, journey.Cancellation) ? 1 : 0;
            if (approving == needed)
            {
                return true;
            }
        }

        Refuse($"Pull request {pull.Number} has {approving} of {needed} approving reviews of its newest commit {pull.HeadSha[..12]} by people who may write to this repository.");
        return false;
    }

    // anybody may review a public repository, so these are not yet people whose word counts
    private async Task<IEnumerable<string>> ApprovingAsync(PullRequestInfo pull) =>
        (await journey.GitHub.ReviewsAsync(pull.Number, journey.Cancellation))
            .Where(review => review.Login != pull.AuthorLogin && review.State is "APPROVED" or "CHANGES_REQUESTED" or "DISMISSED")
            .GroupBy(review => review.Login, StringComparer.OrdinalIgnoreCase)
            .Where(person => person.Last() is { State: "APPROVED" } last && last.CommitSha == pull.HeadSha)
            .Select(person => person.Key);

    private Approval? Refuse(string detail)
    {
        journey.Found.Error(Codes.PlanNotApproved, detail);
        return null;
    }
}
