using Xunit;

namespace MergeOps.Tests.GitHub.Starter;

/// <summary>The page that sets everything up, walked as it stands; only the addresses are those of servers on this machine.</summary>
public sealed class SetupTests
{
    private const string Settings = "src/MergeOps/GitHub/Setup.md";
    private const string ReadmeOfGitHub = "tests/MergeOps.TestGitHub/README.md";

    [Fact]
    public async Task The_page_leads_from_an_empty_repository_to_the_first_published_merge()
    {
        var missing = Rehearsal.Missing;
        Assert.SkipWhen(missing is not null, $"this machine has no {missing}");
        var (page, readme) = (new PageCommands(Settings), new PageCommands(ReadmeOfGitHub));
        await using var rehearsal = await Rehearsal.StartAsync();

        // an action, an empty repository and a clone of it
        await rehearsal.TypeAsync("git init --quiet --initial-branch=main && git add . && git commit --quiet --message action");
        await rehearsal.TypeAsync(readme.Next());
        await rehearsal.TypeAsync(readme.Next());
        Assert.Empty(rehearsal.Merges.Git.Branches());

        // 1 and 2
        await rehearsal.TypeAsync(page.Next().Replace("OWNER/REPO@COMMIT", "acme/mergeops@$commit", StringComparison.Ordinal));
        await rehearsal.TypeAsync(readme.Next());
        await rehearsal.TypeAsync(page.Next());

        // 3, 4 and 5
        foreach (var words in new[] { "`MERGEOPS_RUNNER`", "`\"ubuntu-24.04\"`", "`MERGEOPS_DEVICE`", "create `models`", "*Allow GitHub Actions to create and approve pull requests*", "`merge-apply.yml`, `merge-command.yml`, `merge-issue.yml` and `merge-rebuild.yml`" })
        {
            Assert.Contains(words, page.Text, StringComparison.Ordinal);
        }

        await rehearsal.TypeAsync(readme.Next());
        await rehearsal.TypeAsync(readme.Next());
        await rehearsal.TypeAsync(readme.Next());

        // 6
        await rehearsal.TypeAsync(readme.Next());
        await rehearsal.QuestionAsync("merge apply");
        await rehearsal.TypeAsync(readme.Next());
        var first = await rehearsal.EndOfAsync("merge apply");
        Assert.Contains("`plan-not-approved`", page.Text, StringComparison.Ordinal);
        Assert.Equal("failure", first.Conclusion);
        Assert.Contains(first.Jobs, job => job.Log.Contains("MOPS825", StringComparison.Ordinal));
        Assert.Empty(rehearsal.Hub.Repository("acme/first-merge").Tags);

        // 7
        await rehearsal.TypeAsync(readme.Next());
        var (plan, report) = (await rehearsal.EndOfAsync("merge plan"), await rehearsal.EndOfAsync("merge report"));
        Assert.True((plan.Conclusion, report.Conclusion) is ("success", "success"), rehearsal.Said);
        var pull = Assert.Single(rehearsal.Merges.Pulls);
        var comment = Assert.Single(rehearsal.Merges.Comments(pull.Number));
        Assert.Equal("github-actions[bot]", comment.Login);
        Assert.Equal("success", rehearsal.Merges.StateOf(pull.HeadSha, "mergeops/plan"));
        await rehearsal.TypeAsync(readme.Next());

        // 8
        await rehearsal.TypeAsync(readme.Next());
        await rehearsal.QuestionAsync("merge apply");
        await rehearsal.TypeAsync(readme.Next());
        var second = await rehearsal.EndOfAsync("merge apply", 2);
        Assert.True(second.Conclusion == "success", rehearsal.Said);
        Assert.Equal(["v0.1.0"], rehearsal.Hub.Repository("acme/first-merge").Tags.Keys);
        Assert.Contains("0.1.0", Assert.Single(rehearsal.Merges.Comments(pull.Number)).Body, StringComparison.Ordinal);
        Assert.Equal("success", rehearsal.Merges.StateOf(pull.MergeSha!, "mergeops/apply"));

        Assert.Equal((0, 0), (page.Left, readme.Left));
        Assert.Empty(rehearsal.GitHub.Mistakes);
    }
}
