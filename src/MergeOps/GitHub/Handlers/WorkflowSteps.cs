using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;

namespace MergeOps.GitHub.Handlers;

/// <summary>What a run in a workflow is asked to do, by name; by itself it does what its event calls for.</summary>
/// <param name="journey">The run.</param>
/// <param name="reportPath">Where the report of a pull request is written, or read from; null for the folder of results.</param>
internal sealed class WorkflowSteps(Journey journey, string? reportPath)
{
    /// <summary>The names; the first one is what happens by itself.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["auto", "validate", "plan", "merge", "evaluate", "publish", "run", "drift", "rebuild", "comment", "matrix", "status"];

    /// <summary>Does it.</summary>
    /// <param name="step">One of <see cref="Names"/>.</param>
    /// <exception cref="MergeOpsException">An environment failure.</exception>
    public Task RunAsync(string step) => step switch
    {
        "auto" => FollowAsync(journey.Run.Event()),
        "validate" => ValidateAsync(),
        "plan" when journey.Run is { EventName: "pull_request" } => PlanAsync((PullRequestEvent)journey.Run.Event(), posts: false),
        "plan" => PlanAsync(),
        "merge" => CarryOutAsync(Stage.Merge),
        "evaluate" => CarryOutAsync(Stage.Evaluate),
        "publish" or "run" => CarryOutAsync(Stage.Publish),
        "drift" => new FollowDrift(journey).RunAsync(),
        "rebuild" => new RebuildPublished(journey).RunAsync(),
        "comment" => new PostReport(journey).RunAsync(
            journey.Run is { EventName: "workflow_run" } ? (FinishedRunEvent)journey.Run.Event() : null, reportPath ?? Path.Combine(journey.Folder, ResultFiles.Report)),
        "matrix" => MatrixAsync(),
        "status" => new FindUnapplied(journey).RunAsync(),
        _ => throw new ArgumentException($"no step '{step}'", nameof(step)),
    };

    private Task FollowAsync(WorkflowEvent happened) => happened switch
    {
        PullRequestEvent pull => PlanAsync(pull, posts: true),
        FinishedRunEvent finished => new PostReport(journey).RunAsync(finished, reportPath ?? Path.Combine(journey.Folder, ResultFiles.Report)),
        PushEvent push => new ApplyPush(journey).RunAsync(push),
        CommentEvent comment => new AnswerComment(journey).RunAsync(comment),
        _ => new FollowDrift(journey).RunAsync(),
    };

    private Task PlanAsync(PullRequestEvent pull, bool posts) => new PlanPullRequest(journey).RunAsync(pull, reportPath, posts);

    private async Task ValidateAsync()
    {
        foreach (var recipe in await RecipesAsync())
        {
            foreach (var finding in ValidateRecipe.Run(journey.Checkout[recipe], new RepositoryBounds(journey.Checkout.Root, journey.Settings)).Found)
            {
                journey.Found.Add(finding with { Span = finding.Span is { } span ? span with { Path = journey.Checkout.PathOf(span.Path) } : null });
            }
        }

        new ResultFiles(journey).WriteFindings(journey.Found);
    }

    private async Task PlanAsync() => PlansOf(await RecipesAsync());

    private async Task CarryOutAsync(Stage last)
    {
        var plans = PlansOf(await RecipesAsync());
        if (!journey.Found.HasErrors)
        {
            await new CarryOut(journey).RunAsync(plans.Recipes, journey.Checkout, last);
        }
    }

    private async Task MatrixAsync()
    {
        var matrix = WorkflowMatrix.Of(await RecipesAsync());
        WorkflowOutputs.Set(WorkflowOutputs.Matrix, matrix);
        journey.Observer.Told(matrix);
    }

    private RecipePlans PlansOf(IEnumerable<string> recipes)
    {
        var plans = RecipePlans.Of(recipes, journey.Checkout, before: null, journey.Settings);
        foreach (var finding in plans.Found)
        {
            journey.Found.Add(finding);
        }

        var files = new ResultFiles(journey);
        files.WritePlans(plans);
        files.WriteFindings(plans.Found);
        files.WriteSummary(string.Join('\n', plans.Recipes.Select(recipe => recipe.Report.Plan).OfType<PlanOverview>().Select(PlanSummary.Markdown)));
        foreach (var recipe in plans.Recipes.Where(recipe => recipe.Planned is not null))
        {
            journey.Observer.Told($"{recipe.Report.Path}: plan {recipe.Planned!.Plan.Digest}");
        }

        return plans;
    }

    // those that the caller named, else those that the event changed, else all
    private async Task<IReadOnlyList<string>> RecipesAsync()
    {
        var changed = journey.IsChosen || journey.Run.EventName is not ("pull_request" or "push") ? null : journey.Run.Event() switch
        {
            PullRequestEvent pull => await new PlanPullRequest(journey).ChangedAsync(pull.Number, journey.Checkout, journey.Settings.Recipes),
            PushEvent push => await new ApplyPush(journey).RecipesAsync(push),
            _ => null,
        };
        IReadOnlyList<string> recipes = [.. (changed ?? journey.Patterns.Find(journey.Checkout.Root)).Where(journey.Checkout.Has)];
        if (recipes.Count == 0)
        {
            journey.Observer.Told(changed is null ? "Nothing to do: there is no such recipe." : "Nothing to do: no recipe changed.");
        }

        return recipes;
    }
}
