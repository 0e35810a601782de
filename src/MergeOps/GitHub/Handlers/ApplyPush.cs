using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The main branch moved: what changed is planned anew from its locks, and carried out if these are the plans that were shown
/// and approved in the pull request. If one of them differs, none is carried out.
/// </summary>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="eventRecipes">Which recipes the event is about.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="statuses">Says what becomes of the plans.</param>
/// <param name="approvals">Finds what was approved.</param>
/// <param name="previews">Finds what was previewed.</param>
/// <param name="carryOut">Carries plans out.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class ApplyPush(
    WorkflowRun run,
    WorkflowRepository repository,
    EventRecipes eventRecipes,
    Reporter reporter,
    ApplyStatuses statuses,
    ApprovalSearch approvals,
    PreviewSearch previews,
    CarryOut carryOut,
    ResultFiles results,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>Applies a push.</summary>
    /// <param name="push">The push.</param>
    /// <param name="last">The stage that this machine does last, where others go on.</param>
    /// <exception cref="MergeOpsException">GitHub cannot be asked, or the disk does not allow it.</exception>
    public async Task RunAsync(PushEvent push, Stage last = Stage.Publish)
    {
        if (!push.IsDefaultBranch)
        {
            observer.Reported($"Nothing to do: '{TerminalText.Escape(push.Branch)}' is not the main branch.");
            return;
        }

        var recipes = await eventRecipes.OfAsync(push);
        if (recipes.Count == 0)
        {
            observer.Reported("Nothing to do: no recipe changed.");
            return;
        }

        await statuses.BeginAsync(push.After, recipes);
        try
        {
            await ApplyAsync(push, recipes, last);
        }
        catch (MergeOpsException failure)
        {
            await statuses.BreakAsync(push.After, recipes, failure);
            throw;
        }
    }

    private async Task ApplyAsync(PushEvent push, IReadOnlyList<string> recipes, Stage last)
    {
        var plans = await RecipePlans.OfAsync(recipes, repository.Checkout, before: null, repository.Settings, repository.Checkout, cancellation);
        results.WritePlans(plans);
        var pull = await approvals.PullOfAsync(push.After, push.Branch);
        var isAllowedUnseen = pull is null && repository.Settings.DirectPushes == DirectPushes.Apply;
        if (isAllowedUnseen)
        {
            observer.Reported("Not approved in a pull request; this repository's settings allow that.");
        }

        var approved = isAllowedUnseen ? [] : await ApprovedAsync(push, pull, plans);
        var outcomes = isAllowedUnseen || approved is not [] ? await ApplyAsync(plans, approved, last) : ImmutableSortedDictionary<string, RecipeOutcome>.Empty;
        if (last < Stage.Publish && !found.HasErrors)
        {
            // the job of the last stage tells
            return;
        }

        await statuses.EndAsync(push.After, recipes, outcomes);
        foreach (var approval in approved)
        {
            await TellPullRequestAsync(push, plans, approval, path => ShownBy(path, approved) == approval, outcomes);
        }
    }

    // one push may bring several pull requests, as a merge queue's does; each shows the plans of its own recipes, the newest goes first
    private async Task<ImmutableArray<Approval>> ApprovedAsync(PushEvent push, PullRequestInfo? pull, RecipePlans plans)
    {
        if (await approvals.OfAsync(pull, push.After) is not { } newest)
        {
            return [];
        }

        var approved = ImmutableArray.Create(newest);
        foreach (var path in plans.Recipes.Select(recipe => recipe.Report.Path))
        {
            if (approved.Any(approval => approval.Header.Plans.ContainsKey(path)))
            {
                continue;
            }

            var commit = await repository.Checkout.Git.LastChangeAsync(new ChangedRecipes(repository.Checkout, repository.Patterns).FilesOf(path), cancellation);
            var other = await approvals.PullOfAsync(commit, push.Branch);
            if (other is null || approved.Any(approval => approval.Pull.Number == other.Number))
            {
                continue;
            }

            if (await approvals.OfAsync(other, commit) is not { } earlier)
            {
                return [];
            }

            approved = approved.Add(earlier);
        }

        return approved;
    }

    private static Approval ShownBy(string path, ImmutableArray<Approval> approved) =>
        approved.FirstOrDefault(approval => approval.Header.Plans.ContainsKey(path)) ?? approved[0];

    private async Task<ImmutableSortedDictionary<string, RecipeOutcome>> ApplyAsync(RecipePlans plans, ImmutableArray<Approval> approved, Stage last)
    {
        found.AddAll(plans.Found);

        ImmutableArray<CheckedRecipe> valid = [.. plans.Recipes.Where(recipe => recipe.Planned is not null)];
        if (valid.Length < plans.Recipes.Length)
        {
            return plans.Recipes.Where(recipe => recipe.Planned is null).ToImmutableSortedDictionary(recipe => recipe.Report.Path, _ => new RecipeOutcome(States.Failed));
        }

        var shown = approved.SelectMany(approval => approval.Header.Plans).DistinctBy(plan => plan.Key).ToDictionary();
        var changed = approved is [] ? [] : ShownPlans.FindChanged(valid, shown, found);
        return changed.IsEmpty
            ? await carryOut.RunAsync(valid, repository.Checkout, last, previews: await PreviewsAsync(approved))
            : changed.ToImmutableSortedDictionary(recipe => recipe.Report.Path, recipe => new RecipeOutcome(States.PlanChanged) { Plan = recipe.Planned!.Plan.Digest, Run = run.Url });
    }

    private async Task<Dictionary<string, KnownPreview>> PreviewsAsync(ImmutableArray<Approval> approved)
    {
        var known = new Dictionary<string, KnownPreview>(StringComparer.Ordinal);
        foreach (var approval in approved)
        {
            foreach (var (path, preview) in await previews.OfAsync(approval.Pull, approval.Header))
            {
                known.TryAdd(path, preview);
            }
        }

        return known;
    }

    // the comment goes on showing every recipe of the pull request, also those that another job applies
    private async Task TellPullRequestAsync(
        PushEvent push, RecipePlans plans, Approval approval, Func<string, bool> isItsOwn, ImmutableSortedDictionary<string, RecipeOutcome> outcomes)
    {
        await using var before = await repository.Checkout.Git.FindAsync(push.Before, run.Temporary, cancellation);
        var recipes = approval.Header.Plans.Keys.Union(plans.Recipes.Select(recipe => recipe.Report.Path).Where(isItsOwn)).Order(StringComparer.Ordinal);
        var shown = await RecipePlans.OfAsync(recipes, repository.Checkout, before?.Files, repository.Settings, repository.Checkout, cancellation);
        var report = shown.ReportOf(repository.Remote.Name, approval.Pull.Number, approval.Pull.HeadSha, approval.Pull.BaseRef);
        await reporter.CommentAsync(report, outcomes.Where(outcome => isItsOwn(outcome.Key)).ToImmutableSortedDictionary(), approval.Header);
    }
}
