using MergeOps.Forges;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <content>Runs of workflows.</content>
internal sealed partial class GitHubRepository : IWorkflows
{
    private const string RebuildWorkflow = "merge-rebuild.yml";

    /// <inheritdoc/>
    public async Task<bool> FollowOwnMergesAsync(CancellationToken cancellation) => await OwnLoginAsync(cancellation) != WorkflowLogin;

    /// <summary>
    /// Dispatches <c>merge-rebuild.yml</c>. <c>workflow_dispatch</c> is one of two events that start a run with a workflow's own
    /// token, too (docs.github.com, "Triggering a workflow").
    /// </summary>
    public Task StartRebuildAsync(string branch, CancellationToken cancellation) => connection.CallOnceAsync(
        new($"the workflow {RebuildWorkflow} of {Slug}", "actions: write"),
        async github =>
        {
            await github.Actions.Workflows.CreateDispatch(Slug.Owner, Slug.Name, RebuildWorkflow, new CreateWorkflowDispatch(branch));
            return true;
        },
        cancellation);
}
