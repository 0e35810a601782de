using MergeOps.Forges;
using MergeOps.TestGitHub.Faults;
using Xunit;

namespace MergeOps.Tests.GitHub.Client;

public sealed class GitHubIssuesTests
{
    private const string Marker = "<!-- mergeops:drift -->";
    private const string Bot = "github-actions[bot]";

    [Fact]
    public async Task The_rolling_issue_is_found_by_its_marker_and_its_author()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.There.AddIssue("mona", "Copied", $"{Marker} not ours");
        github.There.AddIssue(Bot, "Other", "no marker");
        var stored = github.There.AddIssue(Bot, "Drift", $"{Marker}\nnothing");
        github.There.AddIssue(Bot, "Quoted", $"somebody wrote {Marker}");
        github.There.OpenPull("feature", "One", author: Bot).Body = $"{Marker} of a pull request";

        var found = await github.Repository().FindIssueAsync(Marker, LocalGitHub.Cancellation);

        Assert.Equal(new IssueInfo(stored.Number, "Drift", $"{Marker}\nnothing", Bot, IsOpen: true), found);
    }

    [Fact]
    public async Task An_open_issue_is_preferred_to_a_later_closed_one()
    {
        await using var github = await LocalGitHub.StartAsync();
        var open = github.There.AddIssue(Bot, "Drift", $"{Marker} 1");
        var closed = github.There.AddIssue(Bot, "Drift", $"{Marker} 2");
        closed.IsOpen = false;
        var repository = github.Repository();

        Assert.Equal(open.Number, (await repository.FindIssueAsync(Marker, LocalGitHub.Cancellation))?.Number);
        open.IsOpen = false;
        Assert.Equal(closed.Number, (await repository.FindIssueAsync(Marker, LocalGitHub.Cancellation))?.Number);
        Assert.Null(await repository.FindIssueAsync("<!-- another -->", LocalGitHub.Cancellation));
    }

    [Fact]
    public async Task An_issue_is_opened_edited_closed_and_opened_again()
    {
        await using var github = await LocalGitHub.StartAsync();
        var repository = github.Repository();

        var issue = await repository.CreateIssueAsync("Drift", $"{Marker}\none", LocalGitHub.Cancellation);
        var stored = Assert.Single(github.There.Issues);
        stored.Labels = ["mergeops"];
        await repository.EditIssueAsync(issue.Number, "Drift", $"{Marker}\ntwo", isOpen: false, LocalGitHub.Cancellation);

        Assert.Equal((issue.Number, Bot, $"{Marker}\ntwo", false), (stored.Number, stored.Login, stored.Body, stored.IsOpen));
        Assert.Equal(["mergeops"], stored.Labels);
        Assert.DoesNotContain("milestone", github.Server.Requests.Last().Body, StringComparison.Ordinal);

        await repository.EditIssueAsync(issue.Number, "Drift again", $"{Marker}\nthree", isOpen: true, LocalGitHub.Cancellation);
        Assert.Equal(("Drift again", true), (stored.Title, stored.IsOpen));
    }

    [Fact]
    public async Task An_issue_is_never_opened_twice_when_its_answer_is_lost()
    {
        await using var github = await LocalGitHub.StartAsync();
        github.Server.Faults.Add(GitHubFaults.FailureAfterwards(), "*/issues", "POST", times: 1);

        var issue = await github.Repository().CreateIssueAsync("Drift", Marker, LocalGitHub.Cancellation);

        Assert.Equal(issue.Number, Assert.Single(github.There.Issues).Number);
    }
}
