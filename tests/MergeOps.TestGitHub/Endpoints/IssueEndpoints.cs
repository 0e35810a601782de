using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Http;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Issues; pull requests are listed among them.</summary>
internal static class IssueEndpoints
{
    private const string Permission = "issues=write";

    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("GET /repos/{owner}/{repo}/issues", ListAsync);
        routes.Map("POST /repos/{owner}/{repo}/issues", CreateAsync);
        routes.Map("PATCH /repos/{owner}/{repo}/issues/{issue_number}", EditAsync);
    }

    private static Task ListAsync(GitHubCall call)
    {
        var repository = call.Repository;
        var all = repository.Issues.Select(issue => (issue.Number, issue.Login, issue.IsOpen, Show: (Func<JsonNode, JsonNode>)(example => Answers.Issue(example, issue))))
            .Concat(repository.Pulls.Select(pull => (pull.Number, pull.Login, pull.IsOpen, Show: (Func<JsonNode, JsonNode>)(example => Answers.PullAsIssue(example, pull)))))
            .Where(item => call.Query("creator") is not { } creator || item.Login == creator)
            .Where(item => call.Query("state") switch
            {
                "all" => true,
                "closed" => !item.IsOpen,
                _ => item.IsOpen,
            })
            .OrderByDescending(item => item.Number);
        return call.AnswerPageAsync([.. all], item => item.Show(Answers.Element(call.Example(200))));
    }

    private static Task CreateAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var labels = call.Body["labels"]?.AsArray().Select(label => label!.GetValue<string>()).ToArray() ?? [];
        var issue = call.Repository.AddIssue(call.Token.Login, call.Text("title")!, Limits.Body(call.Text("body") ?? ""), labels);
        return call.AnswerAsync(Answers.Issue(call.Example(201), issue), 201);
    }

    private static Task EditAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var number = call.Number("issue_number");
        var issue = call.Repository.Issues.FirstOrDefault(one => one.Number == number) ?? throw GitHubError.NotFound();
        issue.Title = call.Text("title") ?? issue.Title;
        issue.Body = Limits.Body(call.Text("body") ?? issue.Body);
        issue.IsOpen = (call.Text("state") ?? (issue.IsOpen ? "open" : "closed")) == "open";
        return call.AnswerAsync(Answers.Issue(call.Example(200), issue));
    }
}
