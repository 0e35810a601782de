using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;

namespace MergeOps.GitHub.Handlers;

/// <summary>What a run in a workflow is asked to do, by name; by itself it does what its event calls for.</summary>
/// <param name="handlers">Handle events.</param>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="eventRecipes">Which recipes the event is about.</param>
/// <param name="carryOut">Carries plans out.</param>
/// <param name="statuses">Says what becomes of approved plans.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="reportPath">Where the report of a pull request is written, or read from.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found; errors decide how the run ends.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class WorkflowSteps(
    WorkflowHandlers handlers,
    WorkflowRun run,
    WorkflowRepository repository,
    EventRecipes eventRecipes,
    CarryOut carryOut,
    ApplyStatuses statuses,
    ResultFiles results,
    string reportPath,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>The names; the first one is what happens by itself.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["auto", "validate", "plan", "merge", "evaluate", "publish", "run", "drift", "chain", "rebuild", "comment", "matrix", "status"];

    /// <summary>Does it.</summary>
    /// <param name="step">One of <see cref="Names"/>.</param>
    /// <exception cref="MergeOpsException">An environment failure.</exception>
    public Task RunAsync(string step) => step switch
    {
        "auto" => FollowAsync(run.Event()),
        "validate" => ValidateAsync(),
        "plan" when run is { EventName: "pull_request" } => PlanAsync((PullRequestEvent)run.Event(), posts: false),
        "plan" when run is { EventName: "merge_group" } => handlers.CheckQueue.RunAsync((MergeQueueEvent)run.Event(), posts: false),
        "plan" => PlanAsync(),
        "merge" when IsOneOfApply => handlers.ApplyPush.RunAsync((PushEvent)run.Event(), Stage.Merge),
        "publish" when IsOneOfApply => handlers.ApplyPush.RunAsync((PushEvent)run.Event()),
        "merge" => CarryOutAsync(Stage.Merge),
        "evaluate" => CarryOutAsync(Stage.Evaluate),
        "publish" or "run" => CarryOutAsync(Stage.Publish),
        "drift" => handlers.FollowDrift.RunAsync(),
        "chain" => handlers.FollowDrift.FollowPublishedAsync(),
        "rebuild" => handlers.RebuildPublished.RunAsync(),
        "comment" => run is { EventName: "workflow_run" } ? FollowAsync(run.Event()) : handlers.PostReport.RunAsync(finished: null, reportPath),
        "matrix" => MatrixAsync(),
        "status" => handlers.FindUnapplied.RunAsync(),
        _ => throw new ArgumentException($"no step '{step}'", nameof(step)),
    };

    // where the stages of an apply have machines of their own, what is carried out is what was approved, as on one
    private bool IsOneOfApply => handlers.Handover is not null && run is { EventName: "push" };

    private Task FollowAsync(ForgeEvent happened) => happened switch
    {
        PullRequestEvent pull => PlanAsync(pull, posts: true),
        MergeQueueEvent queue => handlers.CheckQueue.RunAsync(queue, posts: true),
        FinishedRunEvent { Queue: { } queue } => handlers.CheckQueue.RunAsync(queue, posts: true),
        FinishedRunEvent finished => handlers.PostReport.RunAsync(finished, reportPath),
        PushEvent push => handlers.ApplyPush.RunAsync(push),
        CommentEvent { IsPullRequest: true } comment => handlers.AnswerComment.RunAsync(comment),
        CommentEvent comment => handlers.AnswerIssue.RunAsync(comment),
        _ => handlers.FollowDrift.RunAsync(),
    };

    private Task PlanAsync(PullRequestEvent pull, bool posts) => handlers.PlanPullRequest.RunAsync(pull, reportPath, posts);

    private async Task ValidateAsync()
    {
        var recipes = await RecipesAsync();
        var isProposed = run.EventName == "pull_request";
        foreach (var finding in ValidateRecipes.Run(recipes.Select(recipe => repository.Checkout[recipe]), new RepositoryBounds(repository.Checkout.Root, repository.Settings), isProposed ? null : repository.Settings))
        {
            found.Add(finding with { Span = finding.Span is { } span ? span with { Path = repository.Checkout.PathOf(span.Path) } : null });
        }

        results.WriteFindings(found);
    }

    private async Task PlanAsync() => await PlansOfAsync(await RecipesAsync());

    private async Task CarryOutAsync(Stage last)
    {
        var plans = await PlansOfAsync(await RecipesAsync());
        if (!found.HasErrors)
        {
            await carryOut.RunAsync(plans.Recipes, repository.Checkout, last);
        }
    }

    private async Task MatrixAsync()
    {
        var matrix = run is { EventName: "issue_comment" } ? await handlers.AnswerComment.MatrixAsync((CommentEvent)run.Event()) : await MatrixOfAsync(await RecipesAsync());
        run.Outputs.Set(WorkflowOutputs.Staged, repository.Settings.Runners is null || run is { EventName: "issue_comment" } ? "false" : "true");
        run.Outputs.Set(WorkflowOutputs.Matrix, matrix);
        observer.Reported(matrix);
    }

    private async Task<string> MatrixOfAsync(IReadOnlyList<string> recipes)
    {
        var matrix = WorkflowMatrix.Of(recipes, repository.Checkout.Root, repository.Settings.Runners);
        // the commit is not done before the last of the jobs is, however early another one begins
        if (run is { EventName: "push" } && recipes.Count > 0 && run.Event() is PushEvent { IsDefaultBranch: true } push)
        {
            await statuses.BeginAsync(push.After, recipes, areParts: true);
        }

        return matrix;
    }

    private async Task<RecipePlans> PlansOfAsync(IEnumerable<string> recipes)
    {
        var plans = await RecipePlans.OfAsync(recipes, repository.Checkout, before: null, repository.Settings, TrustedScoring.IsTrusted(run.EventName) ? repository.Checkout : null, cancellation);
        found.AddAll(plans.Found);

        results.WritePlans(plans);
        results.WriteFindings(plans.Found);
        results.WriteSummary(string.Join('\n', plans.Recipes.Select(recipe => recipe.Report.Plan).OfType<PlanOverview>().Select(PlanSummary.Markdown)));
        foreach (var recipe in plans.Recipes.Where(recipe => recipe.Planned is not null))
        {
            observer.Reported($"{recipe.Report.Path}: plan {recipe.Planned!.Plan.Digest}");
        }

        return plans;
    }

    // those that the caller named, else those that the event changed, else all
    private async Task<IReadOnlyList<string>> RecipesAsync()
    {
        var changed = repository.IsChosen || run.EventName is not ("pull_request" or "push") ? null : run.Event() switch
        {
            PullRequestEvent pull => await eventRecipes.OfAsync(pull.Number, repository.Checkout, repository.Settings.Recipes),
            PushEvent push => await eventRecipes.OfAsync(push),
            _ => null,
        };
        IReadOnlyList<string> recipes = [.. (changed ?? repository.Recipes).Where(repository.Checkout.Has)];
        if (recipes.Count == 0)
        {
            observer.Reported(changed is null ? "Nothing to do: there is no such recipe." : "Nothing to do: no recipe changed.");
        }

        return recipes;
    }
}
