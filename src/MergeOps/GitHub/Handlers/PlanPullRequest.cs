using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// A pull request was opened or changed: its recipes are validated and planned from their locks, without weights and without
/// secrets, so that a fork's pull request gets the same plan as any other.
/// </summary>
internal sealed class PlanPullRequest(Journey journey)
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
        var recipes = journey.IsChosen ? journey.Patterns.Find(journey.Checkout.Root)
            : await ChangedAsync(pull.Number, journey.Checkout, settings.Recipes);
        var plans = RecipePlans.Of(recipes, journey.Checkout, before?.Files, settings);
        var report = plans.ReportOf(journey.GitHub.Slug.ToString(), pull.Number, pull.Head, pull.BaseBranch);
        Write(plans, report, reportPath);
        if (posts && !pull.IsFork)
        {
            var reporter = new Reporter(journey);
            await reporter.PlanStatusAsync(report);
            await reporter.CommentAsync(report);
        }
    }

    /// <summary>The recipes that a pull request changes, as a checkout of it shows them.</summary>
    /// <param name="number">The pull request.</param>
    /// <param name="checkout">The checkout.</param>
    /// <param name="patterns">Which files are recipes, from the repository's root.</param>
    public async Task<IReadOnlyList<string>> ChangedAsync(int number, Checkout checkout, IEnumerable<string> patterns)
    {
        var files = await journey.GitHub.PullFilesAsync(number, journey.Cancellation);
        var paths = files.Select(file => file.Path).Concat(files.Select(file => file.PreviousPath).OfType<string>());
        return new ChangedRecipes(checkout, new RecipePatterns(patterns)).Among(paths.ToHashSet(StringComparer.Ordinal));
    }

    // a pull request must not decide which of its recipes are looked at, nor where they may lead
    private async Task<RepositorySettings> SettingsAsync(PullRequestEvent pull, Checkout? before)
    {
        if (before is not null)
        {
            return RepositorySettings.Find(before.Root, journey.Found) ?? RepositorySettings.Default;
        }

        // a shallow clone does not hold the base branch
        var text = await journey.GitHub.FileAsync(RepositorySettings.Path, pull.BaseBranch, journey.Cancellation);
        return (text is null ? null : RepositorySettings.Read(RepositorySettings.Path, text, journey.Found)) ?? RepositorySettings.Default;
    }

    private void Write(RecipePlans plans, PlanReport report, string? reportPath)
    {
        foreach (var finding in plans.Found)
        {
            journey.Found.Add(finding);
        }

        var files = new ResultFiles(journey);
        files.WritePlans(plans);
        files.WriteFindings(plans.Found);
        files.WriteReport(report, reportPath);
        var text = new CommentText(report, CommentHeader.Of(report), new CommentFooter(journey.Run.Url, journey.ProgramVersion));
        files.WriteSummary(text.Body(CommentDetail.Full));
        WorkflowOutputs.Set(WorkflowOutputs.Changes, report.HasChanges ? "true" : "false");
    }

    // what the runner checks out is the head merged into the base: then its first parent is the base as it is now
    private async Task<Worktree?> BaseAsync(PullRequestEvent pull)
    {
        var git = new GitFolder(journey.Checkout.Root);
        return await git.ResolveAsync("HEAD^2", journey.Cancellation) == pull.Head
            ? await git.FindAsync("HEAD^1", journey.Run.Temporary, journey.Cancellation)
            : await git.FindAsync($"origin/{pull.BaseBranch}", journey.Run.Temporary, journey.Cancellation);
    }
}
