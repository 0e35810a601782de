using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// A merge queue put pull requests together, on top of what came before them. What their recipes give together must be what
/// each of them showed alone; then the queue's commit gets the status that a branch may ask for, without a merge.
/// </summary>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="checkouts">Brings what the queue holds here.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="approvals">Finds whether comments are as we wrote them.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed partial class CheckQueue(
    WorkflowRun run,
    WorkflowRepository repository,
    IPullRequests pulls,
    PullCheckout checkouts,
    Reporter reporter,
    ApprovalSearch approvals,
    ResultFiles results,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>Plans every recipe that the queue's commit changes, and compares.</summary>
    /// <param name="queue">The queue's commit.</param>
    /// <param name="posts">Whether this run may set the status.</param>
    /// <exception cref="MergeOpsException">GitHub or git do not give what is needed.</exception>
    public async Task RunAsync(MergeQueueEvent queue, bool posts)
    {
        try
        {
            var count = await CompareAsync(queue);
            await StatusAsync(
                queue,
                posts,
                found.HasErrors ? CommitState.Failure : CommitState.Success,
                found.FirstOrDefault(finding => finding.Severity is Severity.Error)?.Code.Summary ?? (count == 0 ? "no recipe changes" : $"{Quantity.Of(count, "recipe")} as approved"));
        }
        catch (MergeOpsException failure)
        {
            // the queue waits for an answer
            await StatusAsync(queue, posts, CommitState.Error, failure.Diagnostic.Code.Summary);
            throw;
        }
    }

    private Task StatusAsync(MergeQueueEvent queue, bool posts, CommitState state, string description) =>
        posts ? reporter.StatusAsync(queue.Head, state, Reporter.PlanStatus, description) : Task.CompletedTask;

    private async Task<int> CompareAsync(MergeQueueEvent queue)
    {
        var git = repository.Checkout.Git;
        await using var head = await checkouts.OfAsync(queue);
        await using var before = await git.FindAsync($"origin/{queue.BaseBranch}", run.Temporary, cancellation)
            ?? throw new MergeOpsException(Codes.GitFailed, $"This clone has no branch {TerminalText.Quoted($"origin/{queue.BaseBranch}")}. Check out the whole history (`fetch-depth: 0`).");
        var commits = await git.CommitsSinceAsync(before.Commit, head.Commit, cancellation);
        // the queue may be behind its branch by now; what it brings is meant
        var start = commits is [.., var oldest] && oldest.Parents is [var parent, ..] ? parent : before.Commit;
        var changed = await git.ChangedBetweenAsync(start, head.Commit, cancellation) ?? [];
        var settings = RepositorySettings.Find(before.Files.Root, found) ?? RepositorySettings.Default;
        var recipes = new ChangedRecipes(head.Files, new RecipePatterns(settings.Recipes)).Among(changed.ToHashSet(StringComparer.Ordinal));
        if (recipes.Count == 0)
        {
            observer.Reported("Nothing to compare: no recipe changed.");
            return 0;
        }

        var plans = await RecipePlans.OfAsync(recipes, head.Files, before: null, settings, before.Files, cancellation);
        results.WritePlans(plans);
        found.AddAll(plans.Found);

        ShownPlans.FindChanged(plans.Recipes.Where(recipe => recipe.Planned is not null), await ShownAsync(queue, commits), found);
        results.WriteFindings(found);
        return recipes.Count;
    }

    // the newest pull request that shows a recipe goes first
    private async Task<Dictionary<string, ShownPlan>> ShownAsync(MergeQueueEvent queue, IReadOnlyList<CommitLine> commits)
    {
        var shown = new Dictionary<string, ShownPlan>(StringComparer.Ordinal);
        foreach (var pull in await PullsAsync(queue, commits))
        {
            if (await reporter.HeaderAsync(pull.Number) is { } header && await approvals.WereShownAsync(pull, header.Plans))
            {
                foreach (var (recipe, plan) in header.Plans)
                {
                    shown.TryAdd(recipe, plan);
                }
            }
        }

        return shown;
    }

    // the branch names the last one; others by what was merged, or, squashed, by the number that GitHub writes after the title
    private async Task<IReadOnlyList<PullRequestInfo>> PullsAsync(MergeQueueEvent queue, IReadOnlyList<CommitLine> commits)
    {
        var queued = new List<PullRequestInfo> { await pulls.PullAsync(queue.Number, cancellation) };
        foreach (var commit in commits)
        {
            if (commit.Parents is [_, var merged, ..])
            {
                queued.AddRange(await pulls.PullsOfCommitAsync(merged, cancellation));
            }
            else if (NumberInTitle().Match(commit.Title) is { Success: true } match
                && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && await pulls.FindPullAsync(number, cancellation) is { } squashed)
            {
                queued.Add(squashed);
            }
        }

        return [.. queued.Where(pull => pull.BaseRef == queue.BaseBranch).DistinctBy(pull => pull.Number)];
    }

    [GeneratedRegex(@"\(#(?<number>[0-9]+)\)$", RegexOptions.NonBacktracking)]
    private static partial Regex NumberInTitle();
}
