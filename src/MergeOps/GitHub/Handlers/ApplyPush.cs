using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The main branch moved: what changed is planned anew from its locks, and carried out if these are the plans that were shown
/// and approved in the pull request. If one of them differs, none is carried out.
/// </summary>
internal sealed class ApplyPush(Journey journey)
{
    /// <summary>Applies a push.</summary>
    /// <exception cref="MergeOpsException">GitHub cannot be asked, or the disk does not allow it.</exception>
    public async Task RunAsync(PushEvent push)
    {
        if (!push.IsDefaultBranch)
        {
            journey.Observer.Told($"Nothing to do: '{TerminalText.Escape(push.Branch)}' is not the main branch.");
            return;
        }

        var recipes = await RecipesAsync(push);
        if (recipes.Count == 0)
        {
            journey.Observer.Told("Nothing to do: no recipe changed.");
            return;
        }

        var reporter = new Reporter(journey);
        await reporter.StatusAsync(push.After, CommitState.Pending, Reporter.ApplyStatus, $"{Quantity.Of(recipes.Count, "recipe")} to merge");
        try
        {
            await ApplyAsync(push, recipes, reporter);
        }
        catch (MergeOpsException failure)
        {
            // nobody waits for a run that is over
            await reporter.StatusAsync(push.After, CommitState.Error, Reporter.ApplyStatus, failure.Diagnostic.Code.Summary);
            throw;
        }
    }

    /// <summary>The plans that are not among those that were shown, or are to be carried out on other terms, each with a finding.</summary>
    /// <param name="plans">What the recipes give now.</param>
    /// <param name="shown">What was shown, by the recipes' paths.</param>
    /// <param name="found">Takes the findings.</param>
    public static ImmutableArray<CheckedRecipe> FindChanged(IEnumerable<CheckedRecipe> plans, IReadOnlyDictionary<string, ShownPlan> shown, DiagnosticBag found)
    {
        var changed = ImmutableArray.CreateBuilder<CheckedRecipe>();
        foreach (var recipe in plans)
        {
            if (Difference(recipe, shown.GetValueOrDefault(recipe.Report.Path)) is { } difference)
            {
                found.Error(Codes.PlanChanged, $"{difference} Nothing was merged.", SourceSpan.File(recipe.Report.Path));
                changed.Add(recipe);
            }
        }

        return changed.ToImmutable();
    }

    private static string? Difference(CheckedRecipe recipe, ShownPlan? shown)
    {
        var digest = recipe.Planned!.Plan.Digest;
        return shown is null ? $"It gives plan {digest[..12]} now; no plan of it was shown in the pull request."
            : shown.Digest != digest ? $"It gives plan {digest[..12]} now; approved was {shown.Digest[..12]} in the pull request."
            : shown.Terms is null ? "The comment is of an older mergeops and does not say for which target, measurements and gates its plan was approved. Write `/merge plan`, look at it, and approve it anew."
            : shown.Terms != recipe.Report.Terms && shown.Terms == RecipeTerms.DigestWithoutData(recipe.Planned.Recipe) ? "The comment is of an older mergeops and does not say with which test data its plan was approved. Write `/merge plan`, look at it, and approve it anew."
            : shown.Terms != recipe.Report.Terms ? $"It still gives plan {digest[..12]}, but its name, target, measurements, test data or gates differ from what was approved in the pull request."
            : null;
    }

    /// <summary>The recipes that a push changes and that are there afterwards.</summary>
    public async Task<IReadOnlyList<string>> RecipesAsync(PushEvent push)
    {
        if (journey.IsChosen)
        {
            return journey.Patterns.Find(journey.Checkout.Root);
        }

        var isNew = push.Before.All(digit => digit == '0');
        var changed = isNew
            ? journey.Patterns.Find(journey.Checkout.Root)
            : new ChangedRecipes(journey.Checkout, journey.Patterns).Among((await ChangedAsync(push)).ToHashSet(StringComparer.Ordinal));
        // a recipe that was removed publishes nothing
        return [.. changed.Where(journey.Checkout.Has)];
    }

    // GitHub lists 300 files at most, and nothing where the branch was set back; a clone with its history knows better
    private async Task<IEnumerable<string>> ChangedAsync(PushEvent push) =>
        await new GitFolder(journey.Checkout.Root).ChangedBetweenAsync(push.Before, push.After, journey.Cancellation)
            ?? await journey.GitHub.ChangedBetweenAsync(push.Before, push.After, journey.Cancellation) as IEnumerable<string>;

    private async Task ApplyAsync(PushEvent push, IEnumerable<string> recipes, Reporter reporter)
    {
        var plans = RecipePlans.Of(recipes, journey.Checkout, before: null, journey.Settings);
        new ResultFiles(journey).WritePlans(plans);
        var approvals = new Approvals(journey);
        var pull = await approvals.PullOfAsync(push.After, push.Branch);
        var isAllowedUnseen = pull is null && journey.Settings.DirectPushes == DirectPushes.Apply;
        if (isAllowedUnseen)
        {
            journey.Observer.Told("Not approved in a pull request; the settings of this repository allow that.");
        }

        var approved = isAllowedUnseen ? [] : await ApprovedAsync(push, pull, plans, approvals);
        var outcomes = isAllowedUnseen || approved is not [] ? await ApplyAsync(plans, approved) : ImmutableSortedDictionary<string, RecipeOutcome>.Empty;
        await reporter.ApplyStatusAsync(push.After, outcomes);
        foreach (var approval in approved)
        {
            await TellPullRequestAsync(push, plans, approval, path => ShownBy(path, approved) == approval, outcomes, reporter);
        }
    }

    // one push may bring several pull requests, as a merge queue's does; each shows the plans of its own recipes, the newest goes first
    private async Task<ImmutableArray<Approval>> ApprovedAsync(PushEvent push, PullRequestInfo? pull, RecipePlans plans, Approvals approvals)
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

            var commit = await new GitFolder(journey.Checkout.Root).LastChangeAsync(new ChangedRecipes(journey.Checkout, journey.Patterns).FilesOf(path), journey.Cancellation);
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

    private async Task<ImmutableSortedDictionary<string, RecipeOutcome>> ApplyAsync(RecipePlans plans, ImmutableArray<Approval> approved)
    {
        foreach (var finding in plans.Found)
        {
            journey.Found.Add(finding);
        }

        ImmutableArray<CheckedRecipe> valid = [.. plans.Recipes.Where(recipe => recipe.Planned is not null)];
        if (valid.Length < plans.Recipes.Length)
        {
            return plans.Recipes.Where(recipe => recipe.Planned is null).ToImmutableSortedDictionary(recipe => recipe.Report.Path, _ => new RecipeOutcome(States.Failed));
        }

        var shown = approved.SelectMany(approval => approval.Header.Plans).DistinctBy(plan => plan.Key).ToDictionary();
        var changed = approved is [] ? [] : FindChanged(valid, shown, journey.Found);
        return changed.IsEmpty
            ? await new CarryOut(journey).RunAsync(valid, journey.Checkout, Stage.Publish)
            : changed.ToImmutableSortedDictionary(recipe => recipe.Report.Path, recipe => new RecipeOutcome(States.PlanChanged) { Plan = recipe.Planned!.Plan.Digest, Run = journey.Run.Url });
    }

    // the comment goes on showing every recipe of the pull request, also those that another job applies
    private async Task TellPullRequestAsync(
        PushEvent push, RecipePlans plans, Approval approval, Func<string, bool> isItsOwn, ImmutableSortedDictionary<string, RecipeOutcome> outcomes, Reporter reporter)
    {
        await using var before = await new GitFolder(journey.Checkout.Root).FindAsync(push.Before, journey.Run.Temporary, journey.Cancellation);
        var recipes = approval.Header.Plans.Keys.Union(plans.Recipes.Select(recipe => recipe.Report.Path).Where(isItsOwn)).Order(StringComparer.Ordinal);
        var report = RecipePlans.Of(recipes, journey.Checkout, before?.Files, journey.Settings)
            .ReportOf(journey.GitHub.Slug.ToString(), approval.Pull.Number, approval.Pull.HeadSha, approval.Pull.BaseRef);
        await reporter.CommentAsync(report, outcomes.Where(outcome => isItsOwn(outcome.Key)).ToImmutableSortedDictionary(), approval.Header);
    }
}
