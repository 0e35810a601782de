using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>One repository on GitHub. Here: issues of ours that are kept up to date.</summary>
internal sealed partial class GitHubRepository
{
    private const string IssuePermission = "issues: write";

    /// <summary>An issue of our own whose text begins with a marker: the open one, else the last that was closed; null when there is none.</summary>
    public async Task<IssueInfo?> FindIssueAsync(string marker, CancellationToken cancellation = default)
    {
        var login = await OwnLoginAsync(cancellation);
        return await FindIssueAsync(issue => issue.AuthorLogin == login && issue.Body.StartsWith(marker, StringComparison.Ordinal), login, cancellation);
    }

    /// <summary>Opens an issue.</summary>
    public async Task<IssueInfo> CreateIssueAsync(string title, string body, IEnumerable<string> labels, CancellationToken cancellation = default)
    {
        var issue = new NewIssue(SecretText.Redact(title)) { Body = SecretText.Redact(body) };
        foreach (var label in labels)
        {
            issue.Labels.Add(label);
        }

        return await connection.CreateAsync(
            new($"an issue in {slug}", IssuePermission),
            async github => Info(await github.Issue.Create(slug.Owner, slug.Name, issue)),
            async () =>
            {
                var login = await OwnLoginAsync(cancellation);
                return await FindIssueAsync(
                    found => found.IsOpen && found.AuthorLogin == login && found.Title == issue.Title && IsSame(found.Body, issue.Body), login, cancellation);
            },
            cancellation);
    }

    /// <summary>Gives an issue another title and text, and opens or closes it.</summary>
    public Task EditIssueAsync(int number, string title, string body, bool isOpen, CancellationToken cancellation = default)
    {
        // Octokit's own type would take the milestone away
        var update = new JsonObject
        {
            ["title"] = SecretText.Redact(title),
            ["body"] = SecretText.Redact(body),
            ["state"] = isOpen ? "open" : "closed",
        }.ToJsonString();
        var address = new Uri($"repos/{slug}/issues/{number}", UriKind.Relative);
        return connection.CallAsync(
            new($"the issue {slug}#{number}", IssuePermission), github => new ApiConnection(github.Connection).Patch<Issue>(address, update), cancellation);
    }

    private async Task<IssueInfo?> FindIssueAsync(Func<IssueInfo, bool> isIt, string creator, CancellationToken cancellation)
    {
        var request = new RepositoryIssueRequest
        {
            Creator = creator,
            State = ItemStateFilter.All,
            Filter = IssueFilter.All,
            SortProperty = IssueSort.Created,
            SortDirection = SortDirection.Descending,
        };
        var issues = await PagesAsync(
            new($"the issues of {slug}", "issues: read"),
            (github, options) => github.Issue.GetAllForRepository(slug.Owner, slug.Name, request, options),
            int.MaxValue,
            page => page.Where(IsIssue).Select(Info).Any(issue => issue.IsOpen && isIt(issue)),
            cancellation);
        return issues.Where(IsIssue).Select(Info).Where(isIt).OrderByDescending(issue => issue.IsOpen).FirstOrDefault();
    }

    // GitHub lists pull requests among issues
    private static bool IsIssue(Issue issue) => issue.PullRequest is null;

    private static IssueInfo Info(Issue issue) => new(
        issue.Number, issue.Title ?? "", issue.Body ?? "", issue.User?.Login ?? DeletedLogin, issue.State.StringValue == "open");
}
