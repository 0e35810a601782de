using System.Collections.Immutable;
using MergeOps.Forges;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Approvals;

/// <summary>A preview that our own status vouches for.</summary>
/// <param name="Pull">Its pull request.</param>
/// <param name="Mark">What it laid down.</param>
/// <param name="Scores">What was measured, in a line; null where nothing was.</param>
internal sealed record KnownPreview(int Pull, PreviewMark Mark, string? Scores);

/// <summary>
/// Finds what the previews of a pull request laid down. Whoever may write can edit our comment, and anybody can lay something
/// beside a public model: what the comment says is believed only where our own status of the newest commit is bound to it.
/// </summary>
/// <param name="statuses">What we said of commits.</param>
/// <param name="tell">Hears why a preview does not count.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PreviewSearch(ICommitStatuses statuses, Action<string> tell, CancellationToken cancellation)
{
    private static readonly ImmutableDictionary<string, KnownPreview> None = ImmutableDictionary<string, KnownPreview>.Empty;

    /// <summary>The previews by the recipes' paths; none where they do not count.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="header">What its comment says.</param>
    public async Task<ImmutableDictionary<string, KnownPreview>> OfAsync(PullRequestInfo pull, CommentHeader header)
    {
        if (!header.Previews.Any())
        {
            return None;
        }

        var status = await statuses.OwnStatusAsync(pull.HeadSha, Reporter.GatesStatus, cancellation);
        if (status is { State: CommitState.Success } && status.Description.Contains(PlanSeal.OfPreviews(header.Previews), StringComparison.Ordinal))
        {
            return header.Previews.ToImmutableDictionary(preview => preview.Key, preview => new KnownPreview(pull.Number, preview.Value, header.Outcomes[preview.Key].Scores), StringComparer.Ordinal);
        }

        tell($"The preview of pull request {pull.Number} is not promoted: "
            + (status is null ? "it was of an earlier commit." : status.State is CommitState.Success ? $"the comment disagrees with the status {Reporter.GatesStatus} about it." : "it did not meet its gates.")
            + " The model is merged and measured again.");
        return None;
    }
}
