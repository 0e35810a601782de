using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Approvals;

/// <summary>Finds what was approved, and whether by enough people.</summary>
/// <param name="pulls">The pull requests.</param>
/// <param name="statuses">What we said of commits.</param>
/// <param name="reporter">Reads our comments.</param>
/// <param name="needed">How many approving reviews a merged pull request must have.</param>
/// <param name="reviews">Finds who approves.</param>
/// <param name="requirements">What else must hold.</param>
/// <param name="found">Takes why something is not approved.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class ApprovalSearch(
    IPullRequests pulls, ICommitStatuses statuses, Reporter reporter, int needed, ApprovingReviews reviews, RequirementCheck requirements, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>The pull request by which a commit came to a branch; null when it came without one.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="branch">The branch; what was merged into another one was approved for that one alone.</param>
    public async Task<PullRequestInfo?> PullOfAsync(string commit, string branch) =>
        (await pulls.PullsOfCommitAsync(commit, cancellation)).FirstOrDefault(pull => pull.IsMerged && pull.BaseRef == branch);

    /// <summary>The approval of a commit of the base branch; null when there is none, and why is in the findings.</summary>
    /// <param name="merged">The pull request by which it came; null when there is none.</param>
    /// <param name="commit">The commit.</param>
    public async Task<Approval?> OfAsync(PullRequestInfo? merged, string commit)
    {
        if (merged is null)
        {
            return Refuse($"{commit[..12]} was pushed without a pull request. Open one, or allow this with `direct_pushes: apply` in .github/mergeops.yml.");
        }

        if (await reporter.HeaderAsync(merged.Number) is not { } header)
        {
            return Refuse($"Pull request {merged.Number} has no MergeOps comment with its plans. Write `/merge plan` below it, review them, then write `/merge apply` with their hash.");
        }

        return await MayCarryOutAsync(merged, needed, header.Plans) ? new Approval(merged, header) : null;
    }

    /// <summary>Whether a pull request's plans may be carried out; if not, why is found.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="least">How many people must have approved its newest commit; its author does not count.</param>
    /// <param name="plans">The plans as the comment shows them.</param>
    public async Task<bool> MayCarryOutAsync(PullRequestInfo pull, int least, IEnumerable<KeyValuePair<string, ShownPlan>> plans) =>
        await WereShownAsync(pull, plans) && await HasEnoughAsync(pull, Math.Max(least, requirements.LeastApprovals)) && await requirements.HoldsAsync(pull, plans);

    /// <summary>Whether plans are those that our status of a pull request's newest commit was set for; if not, why is found.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="plans">The plans as the comment shows them; whoever may write could have edited it.</param>
    public async Task<bool> WereShownAsync(PullRequestInfo pull, IEnumerable<KeyValuePair<string, ShownPlan>> plans)
    {
        if (await statuses.OwnStatusAsync(pull.HeadSha, Reporter.PlanStatus, cancellation) is not { } status)
        {
            Refuse($"The newest commit {pull.HeadSha[..12]} of pull request {pull.Number} has no status {Reporter.PlanStatus} of this workflow. Write `/merge plan` below it, review its plans, and approve them again.");
            return false;
        }

        if (status.Description.Contains(PlanSeal.Of(plans), StringComparison.Ordinal))
        {
            return true;
        }

        Refuse($"The comment of pull request {pull.Number} shows plans other than those its status {Reporter.PlanStatus} was set for: somebody edited it, or an older version of MergeOps wrote it. Write `/merge plan` below it, review its plans, and approve them again.");
        return false;
    }

    private async Task<bool> HasEnoughAsync(PullRequestInfo pull, int least)
    {
        if (least == 0)
        {
            return true;
        }

        var approving = (await reviews.OfWritersAsync(pull)).Count;
        if (approving >= least)
        {
            return true;
        }

        Refuse($"Pull request {pull.Number} has {approving} of the {least} approving reviews of its newest commit {pull.HeadSha[..12]} by people who may write to this repository.");
        return false;
    }

    private Approval? Refuse(string detail)
    {
        found.Error(Codes.PlanNotApproved, detail);
        return null;
    }
}
