using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// A pull request was opened or changed: its recipes are validated and planned from their locks, without weights and without
/// secrets, so that a fork's pull request gets the same plan as any other.
/// </summary>
internal sealed class PlanPullRequest(WorkflowContext context)
{
    /// <summary>Plans, writes the results, and posts them where the run may.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="reportPath">Where the report goes; null for the folder of results.</param>
    /// <param name="posts">Whether this run may write to the pull request; a fork's never may.</param>
    /// <exception cref="MergeOpsException">GitHub cannot be asked what changed, or the disk does not allow it.</exception>
    public async Task RunAsync(PullRequestEvent pull, string? reportPath, bool posts)
    {
        await using var before = await BaseAsync(pull);
        var settings = await SettingsAsync(pull, before?.Files);
        var recipes = context.IsChosen ? context.Patterns.Find(context.Checkout.Root)
            : await new EventRecipes(context).OfAsync(pull.Number, context.Checkout, settings.Recipes);
        var plans = RecipePlans.Of(recipes, context.Checkout, before?.Files, settings);
        var report = plans.ReportOf(context.GitHub.Slug.ToString(), pull.Number, pull.Head, pull.BaseBranch);
        Write(plans, report, reportPath);
        if (posts && !pull.IsFork)
        {
            var reporter = new Reporter(context.Connection, context.Footer, context.Observer.Told, context.Found, context.Cancellation);
            await reporter.PlanStatusAsync(report);
            await reporter.CommentAsync(report);
        }
    }

    // a pull request must not decide which of its recipes are looked at, nor where they may lead
    private async Task<RepositorySettings> SettingsAsync(PullRequestEvent pull, Checkout? before)
    {
        if (before is not null)
        {
            return RepositorySettings.Find(before.Root, context.Found) ?? RepositorySettings.Default;
        }

        // a shallow clone does not hold the base branch
        var text = await context.GitHub.FileAsync(RepositorySettings.Path, pull.BaseBranch, context.Cancellation);
        return (text is null ? null : RepositorySettings.Read(RepositorySettings.Path, text, context.Found)) ?? RepositorySettings.Default;
    }

    private void Write(RecipePlans plans, PlanReport report, string? reportPath)
    {
        foreach (var finding in plans.Found)
        {
            context.Found.Add(finding);
        }

        var files = new ResultFiles(context);
        files.WritePlans(plans);
        files.WriteFindings(plans.Found);
        files.WriteReport(report, reportPath);
        var text = new CommentText(report, CommentHeader.Of(report), context.Footer);
        files.WriteSummary(text.Body(CommentDetail.Full));
        context.Run.Outputs.Set(WorkflowOutputs.Changes, report.HasChanges ? "true" : "false");
    }

    // what the runner checks out is the head merged into the base: then its first parent is the base as it is now
    private async Task<Worktree?> BaseAsync(PullRequestEvent pull)
    {
        var git = context.Checkout.Git;
        return await git.ResolveAsync("HEAD^2", context.Cancellation) == pull.Head
            ? await git.FindAsync("HEAD^1", context.Run.Temporary, context.Cancellation)
            : await git.FindAsync($"origin/{pull.BaseBranch}", context.Run.Temporary, context.Cancellation);
    }
}
