using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Approvals;

/// <summary>Holds a pull request against what the settings require before its plans are carried out.</summary>
/// <param name="repository">The repository.</param>
/// <param name="statuses">What we said of commits.</param>
/// <param name="owners">Finds whether the owners of the files approve.</param>
/// <param name="requires">What the settings require.</param>
/// <param name="found">Takes what is missing.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class RequirementCheck(
    IRemoteRepository repository, ICommitStatuses statuses, OwnersCheck owners, ImmutableArray<Requirement> requires, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>How many approving reviews are needed at least.</summary>
    public int LeastApprovals => requires.Contains(Requirement.Approved) ? 1 : 0;

    /// <summary>Whether everything holds; what does not is found.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="plans">Its plans as the comment shows them.</param>
    public async Task<bool> HoldsAsync(PullRequestInfo pull, IEnumerable<KeyValuePair<string, ShownPlan>> plans)
    {
        var before = found.Count();
        if (requires.Contains(Requirement.Preview) && await MissingPreviewAsync(pull, plans) is { } missing)
        {
            found.Error(Codes.PlanNotApproved, missing);
        }

        if (requires.Contains(Requirement.CodeOwners) && await owners.MissingAsync(pull) is { } unapproved)
        {
            found.Error(Codes.PlanNotApproved, unapproved);
        }

        // a pull request that was merged could be
        if (pull.IsOpen && requires.Contains(Requirement.Mergeable) && pull.IsMergeable != true)
        {
            found.Error(
                Codes.PlanNotApproved,
                pull.IsMergeable is null
                    ? $"GitHub has not yet determined whether pull request {pull.Number} can be merged. Write the command again in a minute."
                    : $"Pull request {pull.Number} has conflicts with '{TerminalText.Escape(pull.BaseRef)}'. Resolve them first.");
        }

        if (pull.IsOpen && requires.Contains(Requirement.UpToDate) && await repository.CommitsMissingAsync(pull.BaseRef, pull.HeadSha, cancellation) is > 0 and var behind)
        {
            found.Error(
                Codes.PlanNotApproved, $"Pull request {pull.Number} lacks {Quantity.Of(behind, "commit")} of '{TerminalText.Escape(pull.BaseRef)}'. Bring its branch up to date first.");
        }

        return found.Count() == before;
    }

    private async Task<string?> MissingPreviewAsync(PullRequestInfo pull, IEnumerable<KeyValuePair<string, ShownPlan>> plans)
    {
        var last = await statuses.OwnStatusAsync(pull.HeadSha, Reporter.GatesStatus, cancellation);
        return last switch
        {
            null => $"Pull request {pull.Number} has no preview of its newest commit. Write `/merge preview` with the hash of its plan.",
            { State: not CommitState.Success } => $"The preview of pull request {pull.Number} did not meet its gates: {TerminalText.Escape(last.Description)}",
            _ when !last.Description.Contains(PlanSeal.Of(plans), StringComparison.Ordinal) =>
                $"The preview of pull request {pull.Number} was made from other plans, or on other data. Write `/merge preview` with the hash of its plans.",
            _ => null,
        };
    }
}
