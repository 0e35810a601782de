using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>Merges a pull request of ours that updates a lock, once a preview has passed the gates of all its recipes.</summary>
/// <param name="repository">The repository.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="members">Who wrote them.</param>
/// <param name="reporter">Reads our comments.</param>
/// <param name="approvals">Says into a bag whether its plans may be carried out, previews among what they need.</param>
/// <param name="observer">Hears why nothing is merged.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class LockMerge(
    WorkflowRepository repository, IPullRequests pulls, IMembers members, Reporter reporter, Func<DiagnosticBag, ApprovalSearch> approvals, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>Merges it, or says why not.</summary>
    /// <returns>Whether it is merged now.</returns>
    /// <param name="number">Its number.</param>
    /// <param name="report">Its plans as they are now.</param>
    /// <param name="files">The files that it may change.</param>
    /// <exception cref="MergeOpsException">GitHub cannot be asked.</exception>
    public async Task<bool> RunAsync(int number, PlanReport report, IReadOnlySet<string> files)
    {
        var pull = await pulls.PullAsync(number, cancellation);
        if (await ObjectionAsync() is { } objection)
        {
            observer.Reported($"Pull request {number} is not merged: {objection}");
            return false;
        }

        observer.Reported($"Pull request {number} is merged: its preview passed all gates.");
        return true;

        async Task<string?> ObjectionAsync()
        {
            if (pull.AuthorLogin != await members.OwnLoginAsync(cancellation) || pull.HeadSha != report.Head || pull.IsDraft)
            {
                return "somebody else opened it, it is a draft, or it just moved.";
            }

            if ((await pulls.PullFilesAsync(number, cancellation)).FirstOrDefault(file => !files.Contains(file.Path)) is { } other)
            {
                return $"it changes {TerminalText.Quoted(other.Path)}, too.";
            }

            if (report.Recipes.FirstOrDefault(recipe => recipe.Plan is null || recipe.Gates.IsEmpty) is { } open)
            {
                return $"{TerminalText.Quoted(open.Path)} has no gates, or cannot be planned.";
            }

            DiagnosticBag missing = [];
            var shown = await reporter.HeaderAsync(number);
            return shown is null ? "it has no comment with its plans."
                : !await approvals(missing).MayCarryOutAsync(pull, repository.Settings.Approvals, shown.Plans) ? string.Join(' ', missing.Select(finding => finding.Detail))
                : await pulls.TryMergeAsync(pull, cancellation);
        }
    }
}
