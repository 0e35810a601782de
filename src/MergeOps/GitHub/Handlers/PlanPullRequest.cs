using MergeOps.Diagnostics;
using MergeOps.Forges;
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
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="eventRecipes">Which recipes the event is about.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="footer">What stands at the end of comments.</param>
/// <param name="gates">Judges gates on the models, where the settings allow it.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PlanPullRequest(
    WorkflowRun run,
    WorkflowRepository repository,
    EventRecipes eventRecipes,
    Reporter reporter,
    CommentFooter footer,
    JudgedGates gates,
    ResultFiles results,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>Plans, writes the results, and posts them where the run may.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="reportPath">Where the report goes.</param>
    /// <param name="posts">Whether this run may write to the pull request; a fork's never may.</param>
    /// <exception cref="MergeOpsException">GitHub cannot be asked what changed, or the disk does not allow it.</exception>
    public async Task RunAsync(PullRequestEvent pull, string reportPath, bool posts)
    {
        await using var before = await BaseAsync(pull);
        var settings = await SettingsAsync(pull, before?.Files);
        var recipes = repository.IsChosen ? repository.Recipes
            : await eventRecipes.OfAsync(pull.Number, repository.Checkout, settings.Recipes, before?.Files);
        var plans = await RecipePlans.OfAsync(recipes, repository.Checkout, before?.Files, settings, before?.Files, cancellation);
        ResultFiles.WriteReport(ReportOf(plans), reportPath);
        // of a fork's, and of what another job posts, the run that confirms the report judges them
        var report = ReportOf(settings.Analyze && posts && !pull.IsFork ? await gates.OfAsync(plans) : plans);
        Write(plans, report);
        if (posts && !pull.IsFork)
        {
            await reporter.PlanAsync(report, pull.IsDraft);
        }

        PlanReport ReportOf(RecipePlans all) => all.ReportOf(repository.Remote.Name, pull.Number, pull.Head, pull.BaseBranch);
    }

    // a pull request must not decide which of its recipes are looked at, nor where they may lead
    private async Task<RepositorySettings> SettingsAsync(PullRequestEvent pull, Checkout? before)
    {
        if (before is not null)
        {
            return RepositorySettings.Find(before.Root, found) ?? RepositorySettings.Default;
        }

        // a shallow clone does not hold the base branch
        var text = await repository.Remote.FileAsync(RepositorySettings.Path, pull.BaseBranch, cancellation);
        return (text is null ? null : RepositorySettings.Read(RepositorySettings.Path, text, found)) ?? RepositorySettings.Default;
    }

    private void Write(RecipePlans plans, PlanReport report)
    {
        found.AddAll(plans.Found);

        results.WritePlans(plans);
        results.WriteFindings(plans.Found);
        var text = new CommentText(report, CommentHeader.Of(report), footer);
        results.WriteSummary(text.Body(CommentDetail.Full));
        run.Outputs.Set(WorkflowOutputs.Changes, report.HasChanges ? "true" : "false");
    }

    // what the runner checks out is the head merged into the base: then its first parent is the base as it is now
    private async Task<Worktree?> BaseAsync(PullRequestEvent pull)
    {
        var git = repository.Checkout.Git;
        return await git.ResolveAsync("HEAD^2", cancellation) == pull.Head
            ? await git.FindAsync("HEAD^1", run.Temporary, cancellation)
            : await git.FindAsync($"origin/{pull.BaseBranch}", run.Temporary, cancellation);
    }
}
