using System.Text.Json.Nodes;

namespace MergeOps.Tests.GitHub.Events;

/// <summary>Payloads as GitHub publishes examples of them, about a pull request, push or comment of the test's choice.</summary>
internal static class WebhookPayloads
{
    /// <summary>An example as it is published.</summary>
    public static JsonNode Example(string name) => JsonNode.Parse(File.ReadAllText(PathOf(name)))!;

    /// <summary>The file of an example.</summary>
    public static string PathOf(string name) => Repository.Data("GitHub", "events", $"{name}.json");

    /// <summary>A pull request was opened or pushed to.</summary>
    public static JsonNode PullRequest(string repository, int number, string head, string from, string title = "Change a recipe", string branch = "changes", bool isDraft = false)
    {
        var payload = Example("pull_request");
        var pull = payload["pull_request"]!;
        (payload["number"], pull["number"], pull["title"], pull["draft"]) = (number, number, title, isDraft);
        (pull["head"]!["sha"], pull["head"]!["ref"], pull["head"]!["repo"]!["full_name"]) = (head, branch, from);
        (pull["base"]!["ref"], pull["base"]!["repo"]!["full_name"]) = ("main", repository);
        return About(payload, repository);
    }

    /// <summary>The main branch was pushed to.</summary>
    public static JsonNode Push(string repository, string before, string after)
    {
        var payload = Example("push");
        (payload["ref"], payload["before"], payload["after"]) = ("refs/heads/main", before, after);
        return About(payload, repository);
    }

    /// <summary>Somebody wrote below a pull request.</summary>
    public static JsonNode Comment(string repository, int number, long id, string login, string body)
    {
        var payload = Example("issue_comment");
        (payload["issue"]!["number"], payload["issue"]!["pull_request"]) = (number, new JsonObject());
        (payload["comment"]!["id"], payload["comment"]!["body"], payload["comment"]!["user"]!["login"]) = (id, body, login);
        return About(payload, repository);
    }

    /// <summary>A merge queue asks whether what it put together may come to the main branch; fields as GitHub documents them.</summary>
    public static JsonNode MergeGroup(string repository, string head, string branch) => new JsonObject
    {
        ["action"] = "checks_requested",
        ["merge_group"] = new JsonObject { ["head_sha"] = head, ["head_ref"] = $"refs/heads/{branch}", ["base_ref"] = "refs/heads/main" },
        ["repository"] = new JsonObject { ["full_name"] = repository, ["default_branch"] = "main" },
    };

    /// <summary>The run that planned a pull request, or looked at a merge queue, is over.</summary>
    public static JsonNode FinishedRun(string repository, string head, string name = "pull_request", string branch = "changes")
    {
        var payload = Example("workflow_run");
        (payload["workflow_run"]!["event"], payload["workflow_run"]!["head_sha"], payload["workflow_run"]!["head_branch"]) = (name, head, branch);
        return About(payload, repository);
    }

    /// <summary>The time has come.</summary>
    public static JsonNode Schedule() => new JsonObject { ["schedule"] = "37 4 * * *" };

    private static JsonNode About(JsonNode payload, string repository)
    {
        (payload["repository"]!["full_name"], payload["repository"]!["default_branch"]) = (repository, "main");
        return payload;
    }
}
