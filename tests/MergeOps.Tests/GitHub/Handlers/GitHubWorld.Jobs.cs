using MergeOps.TestGitHub.Storage;
using MergeOps.Tests.GitHub.Events;
using MergeOps.Tests.GitHub.Git;

namespace MergeOps.Tests.GitHub.Handlers;

/// <content>The jobs of the workflows.</content>
internal sealed partial class GitHubWorld
{
    /// <summary>The job of <c>merge-pr.yml</c>: for a fork with a token that may not write.</summary>
    public Task<WorkflowResult> PlanAsync(StoredPull pull) => RunAsync(
        "pull_request", PayloadOf(pull), CheckOutTrial(pull), pull.Fork is null ? Server.Token : Server.AddToken("github-actions[bot]", isWorkflow: true, canWrite: false).Value, "--step", "plan");

    /// <summary>The job of <c>merge-pr-report.yml</c>.</summary>
    public Task<WorkflowResult> PostAsync(WorkflowResult plan, string head) => RunAsync(
        "workflow_run", WebhookPayloads.FinishedRun(Name, head), CheckOut(), null, "--step", "comment", "--report", plan.Report);

    /// <summary>Both jobs of a pull request, one after the other.</summary>
    public async Task<WorkflowResult> PlanAndPostAsync(StoredPull pull)
    {
        var plan = await PlanAsync(pull);
        (await PostAsync(plan, pull.HeadSha)).Ended(0);
        return plan;
    }

    /// <summary>The job of <c>merge-pr.yml</c> for the commit of a merge queue, with a token that may not write, and the job of <c>merge-pr-report.yml</c> after it.</summary>
    public async Task<(WorkflowResult Plan, WorkflowResult Report)> QueueAsync(string commit, string branch)
    {
        var clone = new GitClone(Repository.Git.Path, folder[$"checkout-{checkouts++}"], $"refs/heads/{branch}");
        var token = Server.AddToken("github-actions[bot]", isWorkflow: true, canWrite: false).Value;
        var plan = await RunAsync("merge_group", WebhookPayloads.MergeGroup(Name, commit, branch), clone, token, "--step", "plan");
        return (plan, await RunAsync("workflow_run", WebhookPayloads.FinishedRun(Name, commit, "merge_group", branch), CheckOut(), null, "--step", "comment", "--report", plan.Report));
    }

    /// <summary>The button, and the job of <c>merge-apply.yml</c>.</summary>
    public Task<WorkflowResult> MergeAsync(StoredPull pull)
    {
        Repository.Merge(pull.Number);
        return ApplyAsync();
    }

    /// <summary>The job of <c>merge-apply.yml</c> for the newest push to the main branch.</summary>
    public Task<WorkflowResult> ApplyAsync()
    {
        var (_, _, parents) = Repository.Git.Describe(Main);
        return RunAsync("push", WebhookPayloads.Push(Name, parents[0], Main), CheckOut(), null);
    }

    /// <summary>Somebody writes below a pull request, and the job of <c>merge-command.yml</c> answers.</summary>
    /// <returns>The run, and the reactions to the comment.</returns>
    public async Task<(WorkflowResult Run, IReadOnlyList<string> Reactions)> SayAsync(StoredPull pull, string login, string body)
    {
        var comment = Repository.AddComment(pull.Number, login, body);
        var run = await RunAsync("issue_comment", WebhookPayloads.Comment(Name, pull.Number, comment.Id, login, body), CheckOut(), null);
        return (run, [.. comment.Reactions.Select(reaction => reaction.Content)]);
    }

    /// <summary>The job of <c>merge-drift.yml</c>.</summary>
    public Task<WorkflowResult> WakeAsync(string step = "auto") => RunAsync("schedule", WebhookPayloads.Schedule(), CheckOut(), null, "--step", step);

    /// <summary>A pull request that is planned, merged and applied.</summary>
    public async Task<StoredPull> PublishAsync(IReadOnlyDictionary<string, string?> files, string branch = "changes")
    {
        var pull = Open(files, branch: branch);
        (await PlanAndPostAsync(pull)).Ended(0);
        (await MergeAsync(pull)).Ended(0);
        return pull;
    }
}
