using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Events;
using Xunit;

namespace MergeOps.Tests.GitHub.Events;

public sealed class WebhookEventTests
{
    private const string Sha = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";

    [Fact]
    public void Events_are_read_as_GitHub_sends_them()
    {
        Assert.Equal(new PullRequestEvent(2, Sha, "master", IsFork: false, IsDraft: false), Published("pull_request"));
        Assert.Equal(new PushEvent(new string('0', 40), "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "master", IsDefaultBranch: true), Published("push"));
        Assert.Equal(
            new CommentEvent(1, IsPullRequest: false, 492_700_400, "Codertocat", "You are totally right! I'll get this fixed right away."), Published("issue_comment"));
        Assert.Equal(new FinishedRunEvent("3484a3fb816e0859fd6e1cea078d76385ff50625", IsOfPullRequest: false, Queue: null), Published("workflow_run"));
    }

    [Fact]
    public void A_pull_request_from_another_repository_or_from_one_that_is_gone_is_a_forks()
    {
        Assert.Equal(new PullRequestEvent(2, Sha, "main", IsFork: false, IsDraft: false), Read("pull_request", Pull("""{"full_name":"acme/merges"}""")));
        Assert.Equal(new PullRequestEvent(2, Sha, "main", IsFork: true, IsDraft: false), Read("pull_request", Pull("""{"full_name":"mallory/merges"}""")));
        Assert.Equal(new PullRequestEvent(2, Sha, "main", IsFork: true, IsDraft: false), Read("pull_request", Pull("null")));
    }

    [Fact]
    public void A_push_says_whether_it_went_to_the_main_branch()
    {
        string Push(string reference) => $$$"""{"ref":"{{{reference}}}","before":"{{{new string('0', 40)}}}","after":"{{{Sha}}}","repository":{"default_branch":"main"}}""";

        Assert.True(Assert.IsType<PushEvent>(Read("push", Push("refs/heads/main"))).IsDefaultBranch);
        Assert.False(Assert.IsType<PushEvent>(Read("push", Push("refs/heads/feature/main"))).IsDefaultBranch);
        Assert.False(Assert.IsType<PushEvent>(Read("push", Push("refs/tags/main"))).IsDefaultBranch);
    }

    [Fact]
    public void A_comment_below_an_issue_is_told_from_one_below_a_pull_request()
    {
        const string Text = """{"issue":{"number":7},"comment":{"id":9000000000,"body":"/merge plan","user":{"login":"octocat"}}}""";

        Assert.Equal(new CommentEvent(7, false, 9_000_000_000, "octocat", "/merge plan"), Read("issue_comment", Text));
        Assert.True(Assert.IsType<CommentEvent>(Read("issue_comment", Text.Replace("\"number\":7", "\"number\":7,\"pull_request\":{}", StringComparison.Ordinal))).IsPullRequest);
    }

    [Theory]
    [InlineData("pull_request", "{}")]
    [InlineData("pull_request", "[]")]
    [InlineData("pull_request", "not json")]
    [InlineData("push", """{"ref":"refs/heads/main","before":"$(rm)","after":"ec26c3e57ca3a959ca5aad62de7213c562f8c821"}""")]
    [InlineData("issue_comment", """{"issue":{"number":-1}}""")]
    [InlineData("issue_comment", """{"issue":{"number":3000000000},"comment":{"id":9,"body":"/merge plan","user":{"login":"octocat"}}}""")]
    [InlineData("issue_comment", """{"issue":{"number":7},"comment":{"id":9,"body":"\ud800","user":{"login":"octocat"}}}""")]
    public void A_payload_that_GitHub_would_not_send_is_refused(string name, string payload) =>
        Assert.Equal(Codes.EventUnreadable, Assert.Throws<MergeOpsException>(() => Read(name, payload)).Diagnostic.Code);

    [Fact]
    public void An_event_that_would_give_secrets_to_a_fork_is_refused_with_the_way_out()
    {
        var refusal = Assert.Throws<MergeOpsException>(() => Read("pull_request_target", "{}"));

        Assert.Contains("Use 'pull_request'", refusal.Message, StringComparison.Ordinal);
    }

    private static ForgeEvent Published(string name) => WebhookEvent.Of(name, EventPayload.Read(WebhookPayloads.PathOf(name)));

    private static string Pull(string headRepository) =>
        """{"pull_request":{"number":2,"head":{"sha":"SHA","repo":REPO},"base":{"ref":"main","repo":{"full_name":"acme/merges"}}}}"""
            .Replace("SHA", Sha, StringComparison.Ordinal)
            .Replace("REPO", headRepository, StringComparison.Ordinal);

    private static ForgeEvent Read(string name, string payload)
    {
        using var folder = new TemporaryFolder();
        return WebhookEvent.Of(name, EventPayload.Read(folder.Write("event.json", Encoding.UTF8.GetBytes(payload))));
    }
}
