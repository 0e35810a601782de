using MergeOps.Diagnostics;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The time has come to look whether models on the Hub moved: one issue says what did, and each recipe whose models have new
/// commits gets one pull request that updates its lock. A pull request that a workflow's own token opens starts no workflow,
/// so it is validated, planned, commented and given its status here.
/// </summary>
internal sealed class FollowDrift(WorkflowContext context)
{
    /// <summary>Looks, and tells.</summary>
    /// <exception cref="MergeOpsException">GitHub, git or the Hub do not give what is needed.</exception>
    public async Task RunAsync()
    {
        using var hub = new HubConnection(context.Environment, context.Observer.Told);
        var moved = new List<Drift>();
        foreach (var (path, recipe, locked) in Locked())
        {
            moved.AddRange((await new DriftSearch(hub, context.Cancellation).OfAsync(recipe, locked.Lock)).Select(drift => drift with { Recipe = path }));
        }

        context.Run.Outputs.Set(WorkflowOutputs.Changes, moved.Count > 0 ? "true" : "false");
        var markdown = DriftMarkdown.Of(moved);
        new ResultFiles(context).WriteSummary(markdown);
        foreach (var drift in moved)
        {
            context.Found.Warning(Codes.Drifted, drift.Sentence, SourceSpan.File(drift.Recipe));
        }

        var proposals = new LockUpdate(context, hub);
        var pulls = new List<string>();
        foreach (var path in moved.Where(drift => drift.Kind == DriftKind.NewCommits).Select(drift => drift.Recipe).Distinct(StringComparer.Ordinal))
        {
            if (await proposals.RunAsync(path) is { } pull)
            {
                pulls.Add($"- {MarkdownText.Code(path)}: #{pull.Number}");
            }
        }

        var proposed = pulls.Count > 0 ? $"\nPull requests that update locks:\n\n{string.Join('\n', pulls)}\n" : "";
        await new IssueReporter(context.Connection, context.Found, context.Cancellation).TellAsync(IssueSection.Drift, markdown + proposed, isCalm: moved.Count == 0);
    }

    private IEnumerable<(string Path, Recipe Recipe, LockedRecipe Lock)> Locked()
    {
        foreach (var path in context.Patterns.Find(context.Checkout.Root))
        {
            var (recipe, found) = ReadRecipe.Run(context.Checkout[path]);
            foreach (var mistake in found.Where(finding => finding.Severity is Severity.Error))
            {
                context.Found.Add(mistake with { Span = mistake.Span is { } span ? span with { Path = path } : null });
            }

            if (recipe is not null && LockRecipe.TryFind(context.Environment, recipe, context.Found) is { } locked)
            {
                yield return (path, recipe, locked);
            }
        }
    }
}
