using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Endpoints;
using MergeOps.TestGitHub.OpenApi;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Events;

/// <summary>The events with what GitHub tells of them: objects as its API shows them, with the fields that it documents beside them.</summary>
internal static class Payloads
{
    private const string NoCommit = "0000000000000000000000000000000000000000";

    /// <summary>A branch was pushed to.</summary>
    public static GitHubEvent Push(TestRepository repository, string branch, string? before, string after, string actor)
    {
        var git = repository.Git;
        var commits = before is null ? [after] : git.Between(before, after);
        return Of(repository, "push", actor, $"refs/heads/{branch}", after, branch) with
        {
            ChangedPaths = before is null || git.MergeBase(before, after) is not { } common ? git.Paths(after) : [.. git.Differences(common, after).Select(file => file.Path)],
            Payload = With(repository, actor, new()
            {
                ["ref"] = $"refs/heads/{branch}",
                ["before"] = before ?? NoCommit,
                ["after"] = after,
                ["created"] = before is null,
                ["deleted"] = false,
                ["forced"] = before is not null && git.MergeBase(before, after) != before,
                ["commits"] = new JsonArray([.. commits.Select(sha => new JsonObject { ["id"] = sha, ["message"] = git.Describe(sha).Message })]),
                ["head_commit"] = new JsonObject { ["id"] = after, ["message"] = git.Describe(after).Message },
                ["pusher"] = new JsonObject { ["name"] = actor },
            }),
        };
    }

    /// <summary>A pull request was opened, pushed to, closed or opened again; null where it conflicts with its base, as GitHub then starts nothing.</summary>
    public static GitHubEvent? PullRequest(TestRepository repository, StoredPull pull, string action, string actor)
    {
        var trial = action == "closed" ? repository.Git.Resolve($"refs/heads/{pull.BaseRef}") : repository.TrialMerge(pull);
        if (trial is null)
        {
            return null;
        }

        return Of(repository, "pull_request", actor, $"refs/pull/{pull.Number}/merge", trial, pull.HeadRef) with
        {
            Action = action,
            HeadSha = pull.HeadSha,
            HeadRepository = pull.Fork ?? repository.FullName,
            BaseBranch = pull.BaseRef,
            ChangedPaths = repository.Git.MergeBase(pull.BaseSha, pull.HeadSha) is { } common ? [.. repository.Git.Differences(common, pull.HeadSha).Select(file => file.Path)] : [],
            Payload = With(repository, actor, new()
            {
                ["action"] = action,
                ["number"] = pull.Number,
                ["pull_request"] = Answers.Pull(GitHubDescription.Example("GET /repos/{owner}/{repo}/pulls/{pull_number}", 200), pull, repository),
            }),
        };
    }

    /// <summary>Somebody wrote below a pull request or an issue.</summary>
    public static GitHubEvent Comment(TestRepository repository, StoredComment comment)
    {
        var shown = Answers.Comment(Answers.Element(GitHubDescription.Example("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", 200)), comment);
        shown["author_association"] = repository.AssociationOf(comment.Login);
        var like = Answers.Element(GitHubDescription.Example("GET /repos/{owner}/{repo}/issues", 200));
        var issue = repository.Pull(comment.Number) is { } pull
            ? Answers.PullAsIssue(like, pull)
            : Answers.Issue(like, repository.Issues.First(one => one.Number == comment.Number));
        return OnDefaultBranch(repository, "issue_comment", comment.Login) with
        {
            Action = "created",
            Payload = With(repository, comment.Login, new() { ["action"] = "created", ["issue"] = issue, ["comment"] = shown }),
        };
    }

    /// <summary>A merge queue asks for checks of what it put together.</summary>
    public static GitHubEvent MergeGroup(TestRepository repository, string commit, string branch, string target, string actor) =>
        Of(repository, "merge_group", actor, $"refs/heads/{branch}", commit, branch) with
        {
            Action = "checks_requested",
            BaseBranch = target,
            Payload = With(repository, actor, new()
            {
                ["action"] = "checks_requested",
                ["merge_group"] = new JsonObject { ["head_sha"] = commit, ["head_ref"] = $"refs/heads/{branch}", ["base_ref"] = $"refs/heads/{target}" },
            }),
        };

    /// <summary>The time of a schedule has come.</summary>
    public static GitHubEvent Schedule(TestRepository repository, string actor) => OnDefaultBranch(repository, "schedule", actor) with
    {
        Payload = With(repository, actor, new() { ["schedule"] = "* * * * *" }),
    };

    /// <summary>Somebody starts a workflow by hand, or another workflow does.</summary>
    public static GitHubEvent Dispatch(TestRepository repository, string file, string branch, string commit, JsonObject? inputs, string actor) =>
        Of(repository, "workflow_dispatch", actor, $"refs/heads/{branch}", commit, branch) with
        {
            File = $".github/workflows/{file}",
            Payload = With(repository, actor, new() { ["ref"] = $"refs/heads/{branch}", ["workflow"] = $".github/workflows/{file}", ["inputs"] = inputs?.DeepClone() }),
        };

    /// <summary>A run is over.</summary>
    public static GitHubEvent FinishedRun(GitHubEvent cause, long id, string workflow, string conclusion) => OnDefaultBranch(cause.Repository, "workflow_run", cause.Actor) with
    {
        Action = "completed",
        Depth = cause.Depth + 1,
        Payload = With(cause.Repository, cause.Actor, new()
        {
            ["action"] = "completed",
            ["workflow"] = new JsonObject { ["name"] = workflow },
            ["workflow_run"] = new JsonObject
            {
                ["id"] = id,
                ["name"] = workflow,
                ["event"] = cause.Name,
                ["status"] = "completed",
                ["conclusion"] = conclusion,
                ["head_sha"] = cause.HeadSha,
                ["head_branch"] = cause.HeadBranch,
                ["run_attempt"] = 1,
                ["head_repository"] = new JsonObject { ["id"] = cause.HeadRepository.GetHashCode(StringComparison.Ordinal) & int.MaxValue, ["full_name"] = cause.HeadRepository },
            },
        }),
    };

    private static GitHubEvent OnDefaultBranch(TestRepository repository, string name, string actor)
    {
        var branch = repository.DefaultBranch;
        return Of(repository, name, actor, $"refs/heads/{branch}", repository.Git.Resolve($"refs/heads/{branch}")!, branch);
    }

    private static GitHubEvent Of(TestRepository repository, string name, string actor, string reference, string sha, string branch) => new()
    {
        Repository = repository,
        Name = name,
        Actor = actor,
        Reference = reference,
        Sha = sha,
        HeadSha = sha,
        HeadBranch = branch,
        HeadRepository = repository.FullName,
        Payload = [],
    };

    private static JsonObject With(TestRepository repository, string actor, JsonObject payload)
    {
        payload["repository"] = new JsonObject
        {
            ["full_name"] = repository.FullName,
            ["name"] = repository.Name,
            ["default_branch"] = repository.DefaultBranch,
            ["private"] = repository.IsPrivate,
            ["owner"] = new JsonObject { ["login"] = repository.Owner },
        };
        payload["sender"] = new JsonObject { ["login"] = actor, ["type"] = actor.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User" };
        return payload;
    }
}
