using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What the settings require of a pull request before its plans are carried out.</summary>
public sealed class RequirementTests : IAsyncLifetime
{
    private const string Gates = "mergeops/gates";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_preview_that_met_its_gates_lets_the_plan_be_applied_without_merging_again()
    {
        var (pull, hash) = await OpenAsync("preview");

        var (preview, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}");
        preview.Ended(0);
        Assert.Equal("success", world.Status(pull.HeadSha, Gates));
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal("0.1.0", applied.Outputs["version"]);
        Assert.Matches("(?m)^= merge ", applied.Log);
    }

    [Fact]
    public async Task Without_a_preview_nothing_is_applied_and_the_reason_is_said()
    {
        var (pull, hash) = await OpenAsync("preview");

        var merged = (await world.MergeAsync(pull)).Ended(4);

        Assert.Contains("has no preview of its newest commit", merged.Log, StringComparison.Ordinal);
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));

        // looked at afterwards, it can be
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}")).Run.Ended(0);
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}")).Run.Ended(0);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/small").Tags.Keys);
    }

    [Fact]
    public async Task A_preview_of_another_plan_or_a_status_that_somebody_else_set_does_not_count()
    {
        var (pull, hash) = await OpenAsync("preview");
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}")).Run.Ended(0);

        world.Push(pull, await world.RecipeAsync("small", 0.75));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        var ours = world.Repository.Statuses.Last(status => status.Context == Gates);
        world.Repository.AddStatus(ours with { Sha = pull.HeadSha, Creator = "mallory" });
        Assert.Contains("has no preview of its newest commit", (await world.MergeAsync(pull)).Ended(4).Log, StringComparison.Ordinal);

        // nor does our own status of the plan before
        world.Repository.AddStatus(ours with { Sha = pull.HeadSha });
        Assert.Contains("was made from other plans, or on other data", (await world.ApplyAsync()).Ended(4).Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_whose_gates_have_no_score_says_so_in_its_status()
    {
        var (pull, hash) = await OpenAsync("preview", """
            evaluate: { external: [{ name: sums, task: sums, metric: acc }] }
            gates: [{ metric: sums.acc, min: 0.9 }]
            """);

        await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}");

        Assert.Equal("failure", world.Status(pull.HeadSha, Gates));
        Assert.Contains("did not meet its gates", (await world.MergeAsync(pull)).Ended(4).Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_that_lacks_commits_of_the_main_branch_is_brought_up_to_date_first()
    {
        var (pull, hash) = await OpenAsync("up_to_date");
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        world.Repository.Commit("main", new Dictionary<string, string?> { ["notes.txt"] = "later\n" });

        var (apply, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}");

        Assert.Contains($"Pull request {pull.Number} lacks 1 commit of 'main'.", apply.Ended(4).Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approved_asks_for_one_review_at_least()
    {
        var (pull, _) = await OpenAsync("approved");

        Assert.Contains("has 0 of the 1 approving reviews", (await world.MergeAsync(pull)).Ended(4).Log, StringComparison.Ordinal);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        (await world.ApplyAsync()).Ended(0);
    }

    [Fact]
    public async Task Code_owners_asks_for_an_owner_of_each_changed_file_whoever_else_approves()
    {
        world.Repository.Commit("main", new Dictionary<string, string?> { ["CODEOWNERS"] = "* @nobody\n/recipes/ @hubot @acme/mergers\n" });
        world.Repository.Permissions["hubot"] = "write";
        var (pull, hash) = await OpenAsync("code_owners");
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        var (refused, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}");
        Assert.Contains("None of the owners of 'recipes/.locks/", refused.Ended(4).Log, StringComparison.Ordinal);
        Assert.Contains("(@hubot, @acme/mergers) has approved", refused.Log, StringComparison.Ordinal);

        world.Repository.Review(pull.Number, "hubot");
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}")).Run.Ended(0);
    }

    [Fact]
    public async Task Code_owners_without_a_file_that_names_them_is_a_mistake_and_not_a_free_pass()
    {
        var (pull, hash) = await OpenAsync("code_owners");
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        Assert.Contains("'main' has no CODEOWNERS file", (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}")).Run.Ended(4).Log, StringComparison.Ordinal);
    }

    private async Task<(TestGitHub.Storage.StoredPull Pull, string Hash)> OpenAsync(string requirement, string more = "")
    {
        world.Decide($"requires: [{requirement}]\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5, more), fork: null);
        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        return (pull, plan.Outputs["plan-hash"][..8]);
    }
}
