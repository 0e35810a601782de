using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>The repository itself, its people, its files and the statuses of its commits.</summary>
internal static class RepositoryEndpoints
{
    private const int LongestDescription = 140;

    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("GET /user", UserAsync);
        routes.Map("GET /repos/{owner}/{repo}", RepositoryAsync);
        routes.Map("GET /repos/{owner}/{repo}/collaborators/{username}/permission", PermissionAsync);
        routes.Map("GET /repos/{owner}/{repo}/contents/{path}", ContentsAsync);
        routes.Map("GET /repos/{owner}/{repo}/compare/{basehead}", CompareAsync);
        routes.Map("GET /repos/{owner}/{repo}/commits/{ref}/statuses", StatusesAsync);
        routes.Map("POST /repos/{owner}/{repo}/statuses/{sha}", StatusAsync);
        routes.Map("POST /repos/{owner}/{repo}/code-scanning/sarifs", FindingsAsync);
        routes.Map("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", DispatchAsync);
        routes.Map("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", MembershipAsync);
    }

    private static Task UserAsync(GitHubCall call) => call.Token.IsInstallation
        ? throw new GitHubError(403, "Resource not accessible by integration")
        : call.AnswerAsync(Answers.With(call.Example(200), ("login", call.Token.Login)));

    private static Task RepositoryAsync(GitHubCall call)
    {
        // the example is a fork, and lacks what GitHub describes as always there
        var answer = Answers.With(
            call.Example(200),
            ("name", call.Repository.Name),
            ("full_name", call.Repository.FullName),
            ("default_branch", call.Repository.DefaultBranch),
            ("language", null),
            ("fork", false));
        answer.Remove("source");
        answer.Remove("parent");
        return call.AnswerAsync(answer);
    }

    private static Task PermissionAsync(GitHubCall call)
    {
        if (!call.Repository.Permissions.TryGetValue(call["username"], out var permission))
        {
            throw new GitHubError(404, $"{call["username"]} is not a user");
        }

        var example = call.Example(200);
        var user = Answers.With(Answers.User(example["user"]!, call["username"]), ("role_name", permission));
        return call.AnswerAsync(Answers.With(example, ("permission", permission), ("role_name", permission), ("user", user)));
    }

    private static Task ContentsAsync(GitHubCall call)
    {
        var git = call.Repository.Git;
        var commit = git.Resolve(call.Query("ref") ?? $"refs/heads/{call.Repository.DefaultBranch}")
            ?? throw new GitHubError(404, $"No commit found for the ref {call.Query("ref")}");
        var bytes = git.File(commit, call["path"]) ?? throw GitHubError.NotFound();
        if (call.Context.Request.Headers.Accept.ToString().Contains("raw", StringComparison.Ordinal))
        {
            call.Context.Response.ContentType = "application/vnd.github.v3.raw; charset=utf-8";
            call.Context.Response.ContentLength = bytes.Length;
            return call.Context.Response.Body.WriteAsync(bytes).AsTask();
        }

        return call.AnswerAsync(Answers.With(
            call.Example(200),
            ("path", call["path"]),
            ("name", call["path"].Split('/')[^1]),
            ("size", bytes.Length),
            ("content", Convert.ToBase64String(bytes))));
    }

    private static Task CompareAsync(GitHubCall call)
    {
        var git = call.Repository.Git;
        var ends = call["basehead"].Split("...");
        var (from, to) = (git.Resolve(ends[0]), git.Resolve(ends[^1]));
        if (ends.Length != 2 || from is null || to is null)
        {
            throw GitHubError.NotFound();
        }

        var example = call.Example(200);
        var common = git.MergeBase(from, to) ?? throw new GitHubError(404, $"No common ancestor between {ends[0]} and {ends[1]}.");
        var ahead = git.Between(from, to);
        return call.AnswerAsync(Answers.With(
            example,
            ("ahead_by", ahead.Count),
            ("behind_by", git.Between(to, from).Count),
            ("total_commits", ahead.Count),
            ("commits", new JsonArray([.. ahead.Take(250).Select(sha => Commit(example["base_commit"]!, git, sha))])),
            ("files", Files(example["files"]![0]!, git.Differences(common, to).Take(300)))));
    }

    private static JsonObject Commit(JsonNode like, GitFolder git, string sha)
    {
        var (author, message, _) = git.Describe(sha);
        var commit = Answers.With(like.DeepClone(), ("sha", sha), ("author", Answers.User(like["author"]!, author)));
        commit["commit"]!["message"] = message;
        return commit;
    }

    /// <summary>Changed files as GitHub lists them.</summary>
    public static JsonArray Files(JsonNode like, IEnumerable<(char Status, string? Previous, string Path)> differences) => new([.. differences.Select(file =>
    {
        var status = file.Status switch
        {
            'A' => "added",
            'D' => "removed",
            'R' => "renamed",
            'C' => "copied",
            'T' => "changed",
            _ => "modified",
        };
        var answer = Answers.With(like.DeepClone(), ("filename", file.Path), ("status", status));
        if (file.Previous is not null)
        {
            answer["previous_filename"] = file.Previous;
        }

        return answer;
    })]);

    // the newest first
    private static Task StatusesAsync(GitHubCall call) => call.AnswerPageAsync(
        [.. call.Repository.Statuses.Where(status => status.Sha == call.Repository.Git.Resolve(call["ref"])).Reverse()],
        status => Like(Answers.Element(call.Example(200)), status));

    private static JsonObject Like(JsonNode example, StoredStatus status) => Answers.With(
        example,
        ("state", status.State),
        ("context", status.Context),
        ("description", status.Description),
        ("target_url", status.TargetUrl),
        ("creator", Answers.User(example["creator"]!, status.Creator)));

    private static Task FindingsAsync(GitHubCall call)
    {
        call.MustWrite("security_events=write");
        if (!call.Repository.HasCodeScanning)
        {
            throw new GitHubError(403, "Advanced Security must be enabled for this repository to use code scanning.");
        }

        if (call.Repository.Git.Resolve(call.Text("commit_sha")!) is null)
        {
            throw GitHubError.Invalid($"commit not found: {call.Text("commit_sha")}");
        }

        using var sarif = new StreamReader(new GZipStream(new MemoryStream(Convert.FromBase64String(call.Text("sarif")!)), CompressionMode.Decompress));
        call.Repository.Findings.Enqueue(new(call.Text("commit_sha")!, call.Text("ref")!, sarif.ReadToEnd()));
        return call.AnswerAsync(call.Example(202), 202);
    }

    private static Task DispatchAsync(GitHubCall call)
    {
        call.MustWrite("actions=write");
        var git = call.Repository.Git;
        if (git.File(git.Resolve($"refs/heads/{call.Repository.DefaultBranch}")!, $".github/workflows/{call["workflow_id"]}") is null)
        {
            throw GitHubError.NotFound();
        }

        var branch = call.Text("ref")!;
        if (git.Resolve($"refs/heads/{branch}") is not { } commit)
        {
            throw new GitHubError(422, $"No ref found for: {branch}");
        }

        if (git.File(commit, $".github/workflows/{call["workflow_id"]}") is not { } text || !Encoding.UTF8.GetString(text).Contains("workflow_dispatch:", StringComparison.Ordinal))
        {
            throw new GitHubError(422, "Workflow does not have 'workflow_dispatch' trigger");
        }

        call.Repository.Dispatches.Enqueue(new(call["workflow_id"], branch, call.Token.Login));

        // of what a workflow's own token does, this alone starts another one
        call.Server.Listener?.Invoke(Payloads.Dispatch(call.Repository, call["workflow_id"], branch, commit, call.Body["inputs"] as JsonObject, call.Token.Login));
        return call.AnswerNothingAsync();
    }

    // the workflow's own token belongs to no organization
    private static Task MembershipAsync(GitHubCall call) => call.Token.IsWorkflow || !call.Server.Teams.Contains(($"{call["org"]}/{call["team_slug"]}", call["username"]))
        ? throw GitHubError.NotFound()
        : call.AnswerAsync(Answers.With(call.Example(200), ("state", "active"), ("role", "member")));

    private static Task StatusAsync(GitHubCall call)
    {
        call.MustWrite("statuses=write");
        var description = call.Text("description") ?? "";
        if (description.Length > LongestDescription)
        {
            throw GitHubError.Invalid($"description is too long (maximum is {LongestDescription} characters)");
        }

        if (call.Repository.Git.Resolve(call["sha"]) is null)
        {
            throw GitHubError.Invalid($"No commit found for SHA: {call["sha"]}");
        }

        var status = new StoredStatus(call["sha"], call.Text("context") ?? "default", call.Text("state")!, description, call.Text("target_url"), call.Token.Login);
        call.Repository.AddStatus(status);
        return call.AnswerAsync(Like(call.Example(201), status), 201);
    }
}
