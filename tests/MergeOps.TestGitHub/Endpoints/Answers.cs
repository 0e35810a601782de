using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Stored things as GitHub shows them: its own examples with our values.</summary>
internal static class Answers
{
    /// <summary>An example with other values.</summary>
    public static JsonObject With(JsonNode example, params (string Name, JsonNode? Value)[] values)
    {
        var answer = example.AsObject();
        foreach (var (name, value) in values)
        {
            answer[name] = value;
        }

        return answer;
    }

    /// <summary>The one element of an example that is a list.</summary>
    public static JsonNode Element(JsonNode list) => list.AsArray()[0]!.DeepClone();

    /// <summary>A user as part of an answer, like the one in the example.</summary>
    public static JsonObject User(JsonNode like, string login) => With(
        like.DeepClone(), ("login", login), ("type", login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User"));

    /// <summary>A comment.</summary>
    public static JsonNode Comment(JsonNode example, StoredComment comment) => With(
        example, ("id", comment.Id), ("body", comment.Body), ("user", User(example["user"]!, comment.Login)));

    /// <summary>An issue.</summary>
    public static JsonNode Issue(JsonNode example, StoredIssue issue)
    {
        var like = example["labels"]![0]!;
        var answer = With(
            example,
            ("number", issue.Number),
            ("title", issue.Title),
            ("body", issue.Body),
            ("state", issue.IsOpen ? "open" : "closed"),
            ("labels", new JsonArray([.. issue.Labels.Select(label => With(like.DeepClone(), ("name", label)))])),
            ("user", User(example["user"]!, issue.Login)));
        answer.Remove("pull_request");
        return answer;
    }

    /// <summary>A pull request among issues.</summary>
    public static JsonNode PullAsIssue(JsonNode example, StoredPull pull) => With(
        example,
        ("number", pull.Number),
        ("title", pull.Title),
        ("body", pull.Body),
        ("state", pull.IsOpen ? "open" : "closed"),
        ("user", User(example["user"]!, pull.Login)));

    /// <summary>A pull request; whether it is merged is said only where the example says it too.</summary>
    public static JsonNode Pull(JsonNode example, StoredPull pull, TestRepository repository)
    {
        const string Time = "2026-01-02T03:04:05Z";
        var answer = With(
            example,
            ("number", pull.Number),
            ("title", pull.Title),
            ("body", pull.Body),
            ("state", pull.IsOpen ? "open" : "closed"),
            ("closed_at", pull.IsOpen ? null : Time),
            ("merged_at", pull.MergedAt?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
            ("merge_commit_sha", pull.MergeSha),
            ("draft", pull.IsDraft),
            ("requested_teams", new JsonArray()),
            ("user", User(example["user"]!, pull.Login)));
        if (answer.ContainsKey("merged"))
        {
            answer["merged"] = pull.MergeSha is not null;
        }

        var fork = pull.Fork ?? repository.FullName;
        Side(answer["head"]!, pull.HeadRef, pull.HeadSha, fork);
        Side(answer["base"]!, pull.BaseRef, pull.BaseSha, repository.FullName);
        if (pull.IsForkDeleted)
        {
            answer["head"]!["repo"] = null;
        }

        return answer;
    }

    private static void Side(JsonNode side, string branch, string sha, string fullName)
    {
        var owner = fullName.Split('/')[0];
        (side["ref"], side["sha"], side["label"]) = (branch, sha, $"{owner}:{branch}");
        (side["repo"]!["full_name"], side["repo"]!["name"]) = (fullName, fullName.Split('/')[1]);
        side["repo"]!["owner"]!["login"] = owner;
    }
}
