using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Verbs;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The time has come to look whether models on the Hub moved: one issue says what did, and each recipe whose models have new
/// commits gets one pull request that updates its lock. A pull request that a workflow's own token opens starts no workflow,
/// so it is validated, planned, commented and given its status here.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="hub">Where the models are.</param>
/// <param name="lockUpdate">Proposes new locks.</param>
/// <param name="workflows">Publish what was merged.</param>
/// <param name="issues">Keeps the issue of scheduled runs.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FollowDrift(
    HostEnvironment environment,
    WorkflowRun run,
    WorkflowRepository repository,
    HubConnection hub,
    LockUpdate lockUpdate,
    IWorkflows workflows,
    IssueReporter issues,
    ResultFiles results,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    private const string Otherwise = $"Write `/merge rebuild` below the issue '{RollingIssue.Title}', or wait for its schedule.";
    private const string NotLookedAt = "Not every recipe could be checked; the run says why.\n";

    /// <summary>Looks, and tells.</summary>
    /// <exception cref="MergeOpsException">GitHub, git or the Hub do not give what is needed.</exception>
    public async Task RunAsync()
    {
        var moved = await FindAsync(repository.Recipes.Select(repository.Checkout.FileOf).Distinct(StringComparer.Ordinal));
        run.Outputs.Set(WorkflowOutputs.Changes, moved.Count > 0 ? "true" : "false");
        var isCalm = moved.Count == 0 && !found.HasErrors;
        var markdown = (isCalm || moved.Count > 0 ? DriftMarkdown.Of(moved) : "") + (found.HasErrors ? $"{(moved.Count > 0 ? "\n" : "")}{NotLookedAt}" : "");
        foreach (var drift in moved)
        {
            found.Warning(Codes.Drifted, drift.Sentence, SourceSpan.File(drift.Recipe));
        }

        var proposed = new StringBuilder();
        try
        {
            await ProposeAsync(moved, proposed);
        }
        finally
        {
            markdown += proposed.Length > 0 ? $"\nPull requests that update locks:\n\n{proposed}" : "";
            results.WriteSummary(markdown);
        }

        await issues.TellAsync(IssueSection.Drift, markdown, isCalm);
    }

    /// <summary>Looks at the recipes whose models are published by other recipes of the repository, after one of those was: they are planned with the new version in pull requests of their own.</summary>
    /// <exception cref="MergeOpsException">GitHub, git or the Hub do not give what is needed.</exception>
    public async Task FollowPublishedAsync()
    {
        var chained = ChainedRecipes.In(repository.Checkout, repository.Recipes);
        var moved = await FindAsync(chained);
        var proposed = new StringBuilder();
        try
        {
            await ProposeAsync(moved, proposed);
        }
        finally
        {
            results.WriteSummary(proposed.Length > 0 ? $"Recipes whose models this repository publishes:\n\n{proposed}"
                : moved.Count > 0 ? $"{DriftMarkdown.Of(moved)}\nNo pull request updates a lock for this: it was closed before, or the run says why.\n"
                : found.HasErrors ? NotLookedAt
                : "No recipe uses an older version of what this repository publishes.\n");
        }
    }

    private async Task<List<Drift>> FindAsync(IEnumerable<string> recipes)
    {
        var moved = new List<Drift>();
        var search = new DriftSearch(environment, hub, cancellation);
        foreach (var path in recipes)
        {
            DiagnosticBag mistakes = [];
            moved.AddRange((await search.OfAsync(repository.Checkout[path], mistakes) ?? []).Select(drift => drift with { Recipe = path }));
            foreach (var mistake in mistakes)
            {
                found.Add(mistake with { Span = mistake.Span is { } span ? span with { Path = repository.Checkout.PathOf(span.Path) } : null });
            }
        }

        return moved;
    }

    // Markdown: a line for each pull request, and what follows from those that are merged; those before a failure stand there, too
    private async Task ProposeAsync(List<Drift> moved, StringBuilder lines)
    {
        var isMerged = false;
        try
        {
            foreach (var path in moved.Where(drift => drift.Kind == DriftKind.NewCommits).Select(drift => drift.Recipe).Distinct(StringComparer.Ordinal))
            {
                if (await lockUpdate.RunAsync(path) is { } proposed)
                {
                    isMerged |= proposed.IsMerged;
                    lines.Append($"- {MarkdownText.Code(path)}: #{proposed.Pull.Number}{(proposed.IsMerged ? ", merged" : "")}\n");
                }
            }
        }
        finally
        {
            // one for all of them, and those before a failure are merged all the same
            lines.Append(isMerged ? await PublishAsync() : "");
        }
    }

    // a merge by the workflow's own token starts nothing that would publish it
    private async Task<string> PublishAsync()
    {
        try
        {
            if (await workflows.FollowOwnMergesAsync(cancellation))
            {
                return "";
            }

            await workflows.StartRebuildAsync(await repository.Remote.DefaultBranchAsync(cancellation), cancellation);
            return "\nThe rebuild that publishes what was merged was started.\n";
        }
        catch (MergeOpsException refused) when (refused.Diagnostic.Code.Kind == FailureKind.Environment)
        {
            found.Warning(Codes.NotStarted, $"{refused.Diagnostic.Detail} {Otherwise}");
            return $"\nThe rebuild that publishes what was merged **could not be started**: {MarkdownText.Code(refused.Diagnostic.Detail)}. {Otherwise}\n";
        }
    }
}
