using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;

namespace MergeOps.GitHub.Events;

/// <summary>What made a workflow run, as far as merges are concerned.</summary>
internal abstract record WorkflowEvent
{
    /// <summary>The event of a name and its payload.</summary>
    /// <exception cref="MergeOpsException">The payload is not what GitHub sends, or there is nothing to do for such an event.</exception>
    public static WorkflowEvent Of(string name, EventPayload payload) => name switch
    {
        "pull_request" => PullRequestEvent.Of(payload),
        "push" => PushEvent.Of(payload),
        "issue_comment" => CommentEvent.Of(payload),
        "workflow_run" => FinishedRunEvent.Of(payload),
        "merge_group" => MergeQueueEvent.Of(payload),
        "schedule" => new ScheduleEvent(),
        "pull_request_target" => throw new MergeOpsException(
            Codes.EventWithoutHandler, "'pull_request_target' gives secrets to runs over anybody's files. Use 'pull_request', and post its report from 'workflow_run'."),
        _ => throw new MergeOpsException(
            Codes.EventWithoutHandler,
            $"{TerminalText.Quoted(name)}; known are pull_request, merge_group, workflow_run, push, issue_comment and schedule. Name what to do with --step."),
    };
}

/// <summary>A pull request was opened or changed.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Head">Its newest commit; what the runner checked out is this one merged into the base.</param>
/// <param name="BaseBranch">Where it wants to go.</param>
/// <param name="IsFork">Whether it comes from another repository, or from one that is gone.</param>
/// <param name="IsDraft">Whether its author says that it is not ready yet.</param>
internal sealed record PullRequestEvent(int Number, string Head, string BaseBranch, bool IsFork, bool IsDraft) : WorkflowEvent
{
    /// <summary>Reads the payload.</summary>
    public static PullRequestEvent Of(EventPayload payload) => new(
        payload.IssueNumber("pull_request/number"),
        payload.Commit("pull_request/head/sha"),
        payload.Text("pull_request/base/ref"),
        payload.FindText("pull_request/head/repo/full_name") != payload.Text("pull_request/base/repo/full_name"),
        payload.Is("pull_request/draft"));
}

/// <summary>Commits were pushed to a branch.</summary>
/// <param name="Before">The branch's commit before; all zeros when it is new.</param>
/// <param name="After">Its commit now.</param>
/// <param name="Branch">The branch.</param>
/// <param name="IsDefaultBranch">Whether it is the repository's main branch.</param>
internal sealed record PushEvent(string Before, string After, string Branch, bool IsDefaultBranch) : WorkflowEvent
{
    private const string Branches = "refs/heads/";

    /// <summary>Reads the payload.</summary>
    public static PushEvent Of(EventPayload payload)
    {
        var reference = payload.Text("ref");
        var branch = reference.StartsWith(Branches, StringComparison.Ordinal) ? reference[Branches.Length..] : "";
        return new(payload.Commit("before"), payload.Commit("after"), branch, branch == payload.Text("repository/default_branch"));
    }
}

/// <summary>Somebody wrote below an issue or a pull request.</summary>
/// <param name="Number">The number of either.</param>
/// <param name="IsPullRequest">Which of them it is.</param>
/// <param name="Id">The comment.</param>
/// <param name="Login">Who wrote it.</param>
/// <param name="Body">What they wrote.</param>
internal sealed record CommentEvent(int Number, bool IsPullRequest, long Id, string Login, string Body) : WorkflowEvent
{
    /// <summary>Reads the payload.</summary>
    public static CommentEvent Of(EventPayload payload) => new(
        payload.IssueNumber("issue/number"),
        payload.Has("issue/pull_request"),
        payload.Number("comment/id"),
        payload.Text("comment/user/login"),
        payload.FindText("comment/body") ?? "");
}

/// <summary>Another workflow's run is over.</summary>
/// <param name="Event">What made that run.</param>
/// <param name="Head">The commit it ran for.</param>
/// <param name="Branch">The branch that the commit was on; null where GitHub names none.</param>
internal sealed record FinishedRunEvent(string Event, string Head, string? Branch) : WorkflowEvent
{
    /// <summary>Reads the payload.</summary>
    public static FinishedRunEvent Of(EventPayload payload) =>
        new(payload.Text("workflow_run/event"), payload.Commit("workflow_run/head_sha"), payload.FindText("workflow_run/head_branch"));

    /// <summary>The state of a merge queue that it ran for; null when it ran for something else.</summary>
    public MergeQueueEvent? Queue => Event == "merge_group" ? MergeQueueEvent.Of(Head, Branch) : null;
}

/// <summary>A merge queue has put pull requests together, and asks whether they may come to their branch.</summary>
/// <param name="Head">The queue's commit; it may hold several pull requests.</param>
/// <param name="Reference">Where it lies: <c>refs/heads/gh-readonly-queue/BRANCH/pr-NUMBER-COMMIT</c>.</param>
/// <param name="BaseBranch">Where they want to go.</param>
/// <param name="Number">The last pull request in it.</param>
internal sealed partial record MergeQueueEvent(string Head, string Reference, string BaseBranch, int Number) : WorkflowEvent
{
    private const string Branches = "refs/heads/";

    /// <summary>Reads the payload.</summary>
    public static MergeQueueEvent Of(EventPayload payload)
    {
        var reference = payload.Text("merge_group/head_ref");
        return Of(payload.Commit("merge_group/head_sha"), reference.StartsWith(Branches, StringComparison.Ordinal) ? reference[Branches.Length..] : reference);
    }

    /// <summary>The event of a commit on a branch of a queue.</summary>
    /// <exception cref="MergeOpsException">It is no such branch.</exception>
    public static MergeQueueEvent Of(string head, string? branch) =>
        QueueBranch().Match(branch ?? "") is { Success: true } match && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(head, Branches + branch, match.Groups["base"].Value, number)
            : throw new MergeOpsException(Codes.EventUnreadable, $"{TerminalText.Quoted(branch ?? "")} is no branch of a merge queue.");

    [GeneratedRegex("^gh-readonly-queue/(?<base>.+)/pr-(?<number>[0-9]+)-[0-9a-f]{40,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex QueueBranch();
}

/// <summary>The time has come.</summary>
internal sealed record ScheduleEvent : WorkflowEvent;
