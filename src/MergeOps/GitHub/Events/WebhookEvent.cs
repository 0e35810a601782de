using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Forges;

namespace MergeOps.GitHub.Events;

/// <summary>Reads what GitHub's webhooks tell.</summary>
internal static partial class WebhookEvent
{
    private const string Branches = "refs/heads/";

    /// <summary>The event of a name and its payload.</summary>
    /// <exception cref="MergeOpsException">The payload is not what GitHub sends, or there is nothing to do for such an event.</exception>
    public static ForgeEvent Of(string name, EventPayload payload) => name switch
    {
        "pull_request" => PullRequest(payload),
        "push" => Push(payload),
        "issue_comment" => Comment(payload),
        "workflow_run" => FinishedRun(payload),
        "merge_group" => Queue(payload.Commit("merge_group/head_sha"), BranchOf(payload.Text("merge_group/head_ref")) ?? payload.Text("merge_group/head_ref")),
        "schedule" => new ScheduleEvent(),
        "pull_request_target" => throw new MergeOpsException(
            Codes.EventWithoutHandler, "'pull_request_target' gives secrets to runs on anybody's files. Use 'pull_request', and post its report from 'workflow_run'."),
        _ => throw new MergeOpsException(
            Codes.EventWithoutHandler,
            $"{TerminalText.Quoted(name)}; known are pull_request, merge_group, workflow_run, push, issue_comment and schedule. Name what to do with --step."),
    };

    private static PullRequestEvent PullRequest(EventPayload payload) => new(
        payload.IssueNumber("pull_request/number"),
        payload.Commit("pull_request/head/sha"),
        payload.Text("pull_request/base/ref"),
        payload.FindText("pull_request/head/repo/full_name") != payload.Text("pull_request/base/repo/full_name"),
        payload.Is("pull_request/draft"));

    private static PushEvent Push(EventPayload payload)
    {
        var branch = BranchOf(payload.Text("ref")) ?? "";
        return new(payload.Commit("before"), payload.Commit("after"), branch, branch == payload.Text("repository/default_branch"));
    }

    private static CommentEvent Comment(EventPayload payload) => new(
        payload.IssueNumber("issue/number"),
        payload.Has("issue/pull_request"),
        payload.Number("comment/id"),
        payload.Text("comment/user/login"),
        payload.FindText("comment/body") ?? "");

    private static FinishedRunEvent FinishedRun(EventPayload payload)
    {
        var (cause, head) = (payload.Text("workflow_run/event"), payload.Commit("workflow_run/head_sha"));
        return new(head, cause == "pull_request", cause == "merge_group" ? Queue(head, payload.FindText("workflow_run/head_branch")) : null);
    }

    // a queue's branch names where it leads and the last pull request in it
    private static MergeQueueEvent Queue(string head, string? branch) =>
        QueueBranch().Match(branch ?? "") is { Success: true } match && int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(head, Branches + branch, match.Groups["base"].Value, number)
            : throw new MergeOpsException(Codes.EventUnreadable, $"{TerminalText.Quoted(branch ?? "")} is not a branch of a merge queue.");

    private static string? BranchOf(string reference) => reference.StartsWith(Branches, StringComparison.Ordinal) ? reference[Branches.Length..] : null;

    [GeneratedRegex("^gh-readonly-queue/(?<base>.+)/pr-(?<number>[0-9]+)-[0-9a-f]{40,64}$", RegexOptions.NonBacktracking)]
    private static partial Regex QueueBranch();
}
