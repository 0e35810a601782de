using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;

namespace MergeOps.GitHub.Handlers;

/// <summary>What a run in a workflow is asked to do, by name; by itself it does what its event calls for.</summary>
/// <param name="context">The run.</param>
/// <param name="reportPath">Where the report of a pull request is written, or read from; null for the folder of results.</param>
internal sealed class WorkflowSteps(WorkflowContext context, string? reportPath)
{
    /// <summary>The names; the first one is what happens by itself.</summary>
    public static ImmutableArray<string> Names { get; } =
        ["auto", "validate", "plan", "merge", "evaluate", "publish", "run", "drift", "rebuild", "comment", "matrix", "status"];

    /// <summary>Does it.</summary>
    /// <param name="step">One of <see cref="Names"/>.</param>
    /// <exception cref="MergeOpsException">An environment failure.</exception>
    public Task RunAsync(string step) => step switch
    {
        "auto" => FollowAsync(context.Run.Event()),
        "validate" => ValidateAsync(),
        "plan" when context.Run is { EventName: "pull_request" } => PlanAsync((PullRequestEvent)context.Run.Event(), posts: false),
        "plan" => PlanAsync(),
        "merge" => CarryOutAsync(Stage.Merge),
        "evaluate" => CarryOutAsync(Stage.Evaluate),
        "publish" or "run" => CarryOutAsync(Stage.Publish),
        "drift" => new FollowDrift(context).RunAsync(),
        "rebuild" => new RebuildPublished(context).RunAsync(),
        "comment" => new PostReport(context).RunAsync(
            context.Run is { EventName: "workflow_run" } ? (FinishedRunEvent)context.Run.Event() : null, reportPath ?? Path.Combine(context.Folder, ResultFiles.Report)),
        "matrix" => MatrixAsync(),
        "status" => new FindUnapplied(context).RunAsync(),
        _ => throw new ArgumentException($"no step '{step}'", nameof(step)),
    };

    private Task FollowAsync(WorkflowEvent happened) => happened switch
    {
        PullRequestEvent pull => PlanAsync(pull, posts: true),
        FinishedRunEvent finished => new PostReport(context).RunAsync(finished, reportPath ?? Path.Combine(context.Folder, ResultFiles.Report)),
        PushEvent push => new ApplyPush(context).RunAsync(push),
        CommentEvent comment => new AnswerComment(context).RunAsync(comment),
        _ => new FollowDrift(context).RunAsync(),
    };

    private Task PlanAsync(PullRequestEvent pull, bool posts) => new PlanPullRequest(context).RunAsync(pull, reportPath, posts);

    private async Task ValidateAsync()
    {
        foreach (var recipe in await RecipesAsync())
        {
            foreach (var finding in ValidateRecipe.Run(context.Checkout[recipe], new RepositoryBounds(context.Checkout.Root, context.Settings)).Found)
            {
                context.Found.Add(finding with { Span = finding.Span is { } span ? span with { Path = context.Checkout.PathOf(span.Path) } : null });
            }
        }

        new ResultFiles(context).WriteFindings(context.Found);
    }

    private async Task PlanAsync() => PlansOf(await RecipesAsync());

    private async Task CarryOutAsync(Stage last)
    {
        var plans = PlansOf(await RecipesAsync());
        if (!context.Found.HasErrors)
        {
            await new CarryOut(context).RunAsync(plans.Recipes, context.Checkout, last);
        }
    }

    private async Task MatrixAsync()
    {
        var matrix = WorkflowMatrix.Of(await RecipesAsync());
        context.Run.Outputs.Set(WorkflowOutputs.Matrix, matrix);
        context.Observer.Told(matrix);
    }

    private RecipePlans PlansOf(IEnumerable<string> recipes)
    {
        var plans = RecipePlans.Of(recipes, context.Checkout, before: null, context.Settings);
        foreach (var finding in plans.Found)
        {
            context.Found.Add(finding);
        }

        var files = new ResultFiles(context);
        files.WritePlans(plans);
        files.WriteFindings(plans.Found);
        files.WriteSummary(string.Join('\n', plans.Recipes.Select(recipe => recipe.Report.Plan).OfType<PlanOverview>().Select(PlanSummary.Markdown)));
        foreach (var recipe in plans.Recipes.Where(recipe => recipe.Planned is not null))
        {
            context.Observer.Told($"{recipe.Report.Path}: plan {recipe.Planned!.Plan.Digest}");
        }

        return plans;
    }

    // those that the caller named, else those that the event changed, else all
    private async Task<IReadOnlyList<string>> RecipesAsync()
    {
        var changed = context.IsChosen || context.Run.EventName is not ("pull_request" or "push") ? null : context.Run.Event() switch
        {
            PullRequestEvent pull => await new EventRecipes(context).OfAsync(pull.Number, context.Checkout, context.Settings.Recipes),
            PushEvent push => await new EventRecipes(context).OfAsync(push),
            _ => null,
        };
        IReadOnlyList<string> recipes = [.. (changed ?? context.Patterns.Find(context.Checkout.Root)).Where(context.Checkout.Has)];
        if (recipes.Count == 0)
        {
            context.Observer.Told(changed is null ? "Nothing to do: there is no such recipe." : "Nothing to do: no recipe changed.");
        }

        return recipes;
    }
}
