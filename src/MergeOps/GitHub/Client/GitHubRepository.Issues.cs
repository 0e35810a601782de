using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <content>Issues of ours that are kept up to date.</content>
internal sealed partial class GitHubRepository : IIssues
{
    private const string IssuePermission = "issues: write";

    /// <inheritdoc/>
    public async Task<IssueInfo?> FindIssueAsync(string marker, CancellationToken cancellation)
    {
        var login = await OwnLoginAsync(cancellation);
        return await FindIssueAsync(issue => issue.AuthorLogin == login && issue.Body.StartsWith(marker, StringComparison.Ordinal), login, cancellation);
    }

    /// <inheritdoc/>
    public async Task<IssueInfo> CreateIssueAsync(string title, string body, CancellationToken cancellation)
    {
        var issue = new NewIssue(SecretText.Redact(title)) { Body = SecretText.Redact(body) };
        return await connection.CreateAsync(
            new($"an issue in {Slug}", IssuePermission),
            async github => Info(await github.Issue.Create(Slug.Owner, Slug.Name, issue)),
            async () =>
            {
                var login = await OwnLoginAsync(cancellation);
                return await FindIssueAsync(
                    found => found.IsOpen && found.AuthorLogin == login && found.Title == issue.Title && IsSame(found.Body, issue.Body), login, cancellation);
            },
            cancellation);
    }

    /// <inheritdoc/>
    public Task EditIssueAsync(int number, string title, string body, bool isOpen, CancellationToken cancellation)
    {
        // Octokit's own type would take the milestone away
        var update = new JsonObject
        {
            ["title"] = SecretText.Redact(title),
            ["body"] = SecretText.Redact(body),
            ["state"] = isOpen ? "open" : "closed",
        }.ToJsonString();
        var address = new Uri($"repos/{Slug}/issues/{number}", UriKind.Relative);
        return connection.CallAsync(
            new($"the issue {Slug}#{number}", IssuePermission), github => new ApiConnection(github.Connection).Patch<Issue>(address, update), cancellation);
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
            new($"the issues of {Slug}", "issues: read"),
            (github, options) => github.Issue.GetAllForRepository(Slug.Owner, Slug.Name, request, options),
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
