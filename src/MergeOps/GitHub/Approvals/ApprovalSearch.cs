using MergeOps.Diagnostics;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Approvals;

/// <summary>Finds what was approved, and whether by enough people.</summary>
/// <param name="github">The repository; asked for when it is first needed.</param>
/// <param name="reporter">Reads our comments.</param>
/// <param name="needed">How many approving reviews a merged pull request must have.</param>
/// <param name="requirements">What else must hold.</param>
/// <param name="found">Takes why something is not approved.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class ApprovalSearch(
    Lazy<GitHubRepository> github, Reporter reporter, int needed, RequirementCheck requirements, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>The pull request by which a commit came to a branch; null when it came without one.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="branch">The branch; what was merged into another one was approved for that one alone.</param>
    public async Task<PullRequestInfo?> PullOfAsync(string commit, string branch) =>
        (await github.Value.PullsOfCommitAsync(commit, cancellation)).FirstOrDefault(pull => pull.IsMerged && pull.BaseRef == branch);

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
        await HasEnoughAsync(pull, Math.Max(least, requirements.LeastApprovals)) && await requirements.HoldsAsync(pull, plans);

    private async Task<bool> HasEnoughAsync(PullRequestInfo pull, int least)
    {
        if (least == 0)
        {
            return true;
        }

        var approving = 0;
        foreach (var login in await ApprovingAsync(pull))
        {
            approving += await github.Value.MayWriteAsync(login, cancellation) ? 1 : 0;
            if (approving == least)
            {
                return true;
            }
        }

        Refuse($"Pull request {pull.Number} has {approving} of {least} approving reviews of its newest commit {pull.HeadSha[..12]} by people who may write to this repository.");
        return false;
    }

    // anybody may review a public repository, so these are not yet people whose word counts
    private async Task<IEnumerable<string>> ApprovingAsync(PullRequestInfo pull) =>
        (await github.Value.ReviewsAsync(pull.Number, cancellation))
            .Where(review => review.Login != pull.AuthorLogin && review.State is "APPROVED" or "CHANGES_REQUESTED" or "DISMISSED")
            .GroupBy(review => review.Login, StringComparer.OrdinalIgnoreCase)
            .Where(person => person.Last() is { State: "APPROVED" } last && last.CommitSha == pull.HeadSha)
            .Select(person => person.Key);

    private Approval? Refuse(string detail)
    {
        found.Error(Codes.PlanNotApproved, detail);
        return null;
    }
}
