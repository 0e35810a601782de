using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// Somebody wrote a command below a pull request. A comment names no commit, so a command that makes something must name
/// the plan; the pull request's head is read anew, and what it gives must be the plan that was named and shown.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="members">Who may write to it.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="checkouts">Brings what they hold here.</param>
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
internal sealed class AnswerComment(
    WorkflowRepository repository,
    IMembers members,
    IPullRequests pulls,
    PullCheckout checkouts,
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
    /// <summary>Answers; comments that are no commands are passed over.</summary>
    /// <exception cref="MergeOpsException">GitHub or git do not give what is needed.</exception>
    public async Task RunAsync(CommentEvent comment)
    {
        if (!MergeCommand.IsMeant(comment.Body))
        {
            observer.Reported("Nothing to do: the comment is not a command.");
            return;
        }

        await reporter.AnsweringAsync(comment.Id, () => ObeyAsync(comment));
    }

    /// <summary>
    /// The matrix of the jobs that carry a command out: each recipe by itself, so that those of different places run side by
    /// side; a preview's in one job, whose status is about all of them. Nothing is carried out here, and a refusal is shown.
    /// </summary>
    /// <exception cref="MergeOpsException">There are too many recipes.</exception>
    public async Task<string> MatrixAsync(CommentEvent comment)
    {
        var matrix = WorkflowMatrix.Of([], ".");
        try
        {
            await ReadAsync(comment, async (command, pull, head, plans, _) =>
            {
                string[] recipes = command.Kind switch
                {
                    MergeCommandKind.Plan => [],
                    MergeCommandKind.Rollback => [.. Published(pull, plans).Select(recipe => recipe.Report.Path)],
                    _ => [.. (Meant(command.Hash!, plans, await reporter.HeaderAsync(pull.Number)) ?? []).Select(recipe => recipe.Report.Path)],
                };
                matrix = command.Kind == MergeCommandKind.Preview && recipes is not []
                    ? WorkflowMatrix.OfOne(recipes, "preview", $"preview:{pull.Number}")
                    : WorkflowMatrix.Of(recipes, head.Root);
            });
        }
        catch (MergeOpsException failure)
        {
            found.Add(failure.Diagnostic);
        }

        if (found.HasErrors)
        {
            await reporter.ReactAsync(comment.Id, Reaction.Refused);
            return WorkflowMatrix.Of([], ".");
        }

        return matrix;
    }

    private Task ObeyAsync(CommentEvent comment) => ReadAsync(comment, (command, pull, head, plans, report) => command.Kind switch
    {
        MergeCommandKind.Plan => PlanAsync(pull, plans, report),
        MergeCommandKind.Rollback => RollBackAsync(pull, head, plans, report),
        _ => MakeAsync(command, pull, head, plans, report),
    });

    private async Task ReadAsync(CommentEvent comment, Func<MergeCommand, PullRequestInfo, Checkout, RecipePlans, PlanReport, Task> obey)
    {
        if (MergeCommand.Find(comment.Body) is not { Kind: not (MergeCommandKind.Upgrade or MergeCommandKind.Rebuild) } command)
        {
            Refuse($"Commands are {MergeCommand.Usage}.");
            return;
        }

        if (!await members.MayWriteAsync(comment.Login, cancellation))
        {
            Refuse($"{TerminalText.Quoted(comment.Login)} has no write access to this repository, which commands require.");
            return;
        }

        var pull = await pulls.PullAsync(comment.Number, cancellation);
        if (!pull.IsOpen && !pull.IsMerged)
        {
            Refuse($"Pull request {pull.Number} was closed without being merged.");
            return;
        }

        await using var head = await checkouts.OfAsync(pull);
        var recipes = await eventRecipes.OfAsync(pull.Number, head.Files, repository.Settings.Recipes);
        await using var before = await checkouts.OfBaseAsync(pull);
        var plans = await RecipePlans.OfAsync(recipes, head.Files, pull.IsMerged ? null : before?.Files, repository.Settings, repository.Checkout, cancellation);
        await obey(command, pull, head.Files, plans, plans.ReportOf(repository.Remote.Name, pull.Number, pull.HeadSha, pull.BaseRef));
    }

    private async Task PlanAsync(PullRequestInfo pull, RecipePlans plans, PlanReport report)
    {
        foreach (var finding in plans.Found)
        {
            found.Add(finding);
        }

        results.WritePlans(plans);
        await reporter.PlanAsync(report, pull.IsDraft);
    }

    private async Task MakeAsync(MergeCommand command, PullRequestInfo pull, Checkout head, RecipePlans plans, PlanReport report)
    {
        var shown = await reporter.HeaderAsync(pull.Number);
        if (Meant(command.Hash!, plans, shown) is not { } all || Wanted(all, head) is not { IsEmpty: false } meant)
        {
            return;
        }

        // who merged it has approved it already, where the settings ask for nobody else
        var isPreview = command.Kind == MergeCommandKind.Preview;
        if (!isPreview && !await approvals.MayCarryOutAsync(pull, Math.Max(pull.IsOpen ? 1 : 0, repository.Settings.Approvals), shown!.Plans))
        {
            return;
        }

        var known = await previews.OfAsync(pull, shown!);
        var outcomes = await carryOut.RunAsync(meant, head, Stage.Publish, isPreview ? pull.Number : null, isPreview ? null : known);
        if (isPreview)
        {
            outcomes = outcomes.ToImmutableSortedDictionary(
                outcome => outcome.Key,
                outcome => States.IsApplied(outcome.Value.State) ? outcome.Value with { State = States.Previewed } : outcome.Value);
            // each recipe may be previewed by a comment of its own
            var previewed = outcomes.AddRange(shown!.Outcomes.Where(earlier => known.ContainsKey(earlier.Key) && earlier.Value.State == States.Previewed && !outcomes.ContainsKey(earlier.Key)));
            await reporter.GatesStatusAsync(
                pull.HeadSha, previewed, PlanSeal.Of(shown.Plans.Where(plan => previewed.ContainsKey(plan.Key))), [.. shown.With(outcomes).Previews]);
        }
        else
        {
            await statuses.EndAsync(pull.IsMerged ? pull.MergeCommitSha! : pull.HeadSha, outcomes.Keys, outcomes);
        }

        await reporter.CommentAsync(report, outcomes, shown);
    }

    // the plans that a hash means, if they are what the head gives now and what the comment shows; why not is found
    private ImmutableArray<CheckedRecipe>? Meant(string hash, RecipePlans plans, CommentHeader? shown)
    {
        var valid = plans.Recipes.Where(recipe => recipe.Planned is not null).ToList();
        var all = PlanReport.HashOf(valid.Select(recipe => KeyValuePair.Create(recipe.Report.Path, recipe.Planned!.Plan.Digest)));
        ImmutableArray<CheckedRecipe> meant = all?.StartsWith(hash, StringComparison.Ordinal) == true
            ? [.. valid]
            : [.. valid.Where(recipe => recipe.Planned!.Plan.Digest.StartsWith(hash, StringComparison.Ordinal))];
        if (meant.IsEmpty)
        {
            var now = valid.Count == 0 ? "none of its recipes can be planned" : $"its plans are {string.Join(", ", valid.Select(recipe => recipe.Planned!.Plan.Digest[..8]))}";
            found.Error(Codes.PlanChanged, $"No plan of this pull request begins with {hash} now: {now}. Look at the comment again.");
            return null;
        }

        if (shown is null)
        {
            found.Error(Codes.PlanNotApproved, "This pull request has no MergeOps comment with its plans. Write `/merge plan`, and review them first.");
            return null;
        }

        return ShownPlans.FindChanged(meant, shown.Plans, found).IsEmpty ? meant : null;
    }

    private async Task RollBackAsync(PullRequestInfo pull, Checkout head, RecipePlans plans, PlanReport report)
    {
        var published = Published(pull, plans);
        if (published is [] || Wanted([.. published], head) is not { IsEmpty: false } wanted)
        {
            return;
        }

        foreach (var finding in plans.Found)
        {
            found.Add(finding);
        }

        var outcomes = await carryOut.RollBackAsync(wanted, head);
        await reporter.CommentAsync(report, outcomes, await reporter.HeaderAsync(pull.Number));
    }

    // those that may have a version; why there are none is found
    private CheckedRecipe[] Published(PullRequestInfo pull, RecipePlans plans)
    {
        if (!pull.IsMerged)
        {
            Refuse($"Pull request {pull.Number} is not merged, so nothing from it is published.");
            return [];
        }

        CheckedRecipe[] published = [.. plans.Recipes.Where(recipe => recipe.Planned is not null)];
        if (published is [])
        {
            Refuse($"Pull request {pull.Number} contains no recipe whose model could be rolled back.");
        }

        return published;
    }

    // other recipes have jobs of their own
    private ImmutableArray<CheckedRecipe> Wanted(ImmutableArray<CheckedRecipe> recipes, Checkout head)
    {
        ImmutableArray<CheckedRecipe> wanted = [.. recipes.Where(recipe => repository.IsWanted(recipe.Report.Path, head))];
        if (wanted.IsEmpty)
        {
            Refuse($"The command is about {string.Join(", ", recipes.Select(recipe => TerminalText.Quoted(recipe.Report.Path)))}, but this step was given other recipes.");
        }

        return wanted;
    }

    private void Refuse(string detail) => found.Error(Codes.CommandRefused, detail);
}
