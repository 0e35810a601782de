using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What counts as an approval of a plan, and what the settings of the main branch let go without one.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_command_below_a_merged_pull_request_does_not_stand_in_for_missing_approvals()
    {
        world.Decide("approvals: 1\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"];
        (await world.MergeAsync(pull)).Ended(4);

        var (refused, sadly) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}");

        Assert.Equal("plan-not-approved", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Equal(["eyes", "confused"], sadly);
        AssertNothingPublished();
    }

    [Fact]
    public async Task The_authors_own_review_does_not_count_even_where_the_author_may_write()
    {
        world.Decide("approvals: 1\n");
        world.Repository.Commit("changes", await world.RecipeAsync("small", 0.5), GitHubWorld.Maintainer);
        var pull = world.Repository.OpenPull("changes", "Change a recipe", GitHubWorld.Maintainer);
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        var refused = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("plan-not-approved", refused.Outputs["failure-reason"]);
        Assert.Contains("has 0 of the 1 approving reviews", refused.Log, StringComparison.Ordinal);
        AssertNothingPublished();
    }

    [Theory]
    [InlineData("CHANGES_REQUESTED", false)]
    [InlineData("DISMISSED", false)]
    [InlineData("COMMENTED", true)]
    public async Task Of_several_reviews_of_one_person_the_last_that_decides_counts(string later, bool isApproved)
    {
        world.Decide("approvals: 1\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer, later);

        var applied = await world.MergeAsync(pull);

        Assert.Equal(isApproved ? "0.1.0" : "plan-not-approved", applied.Ended(isApproved ? 0 : 4).Outputs[isApproved ? "version" : "failure-reason"]);
    }

    [Theory]
    [InlineData("/merge plan")]
    [InlineData("/merge apply HASH")]
    [InlineData("/merge preview HASH")]
    public async Task Nothing_is_made_of_a_pull_request_that_was_closed_without_being_merged(string command)
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5), fork: null);
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"];
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        pull.IsOpen = false;

        var (refused, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, command.Replace("HASH", hash[..8], StringComparison.Ordinal));

        Assert.Equal("command-refused", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Contains($"Pull request {pull.Number} was closed without being merged.", refused.Log, StringComparison.Ordinal);
        AssertNothingPublished();
    }

    [Fact]
    public async Task A_pull_request_that_is_not_merged_has_nothing_to_roll_back()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5), fork: null);
        (await world.PlanAndPostAsync(pull)).Ended(0);

        var (refused, sadly) = await world.SayAsync(pull, GitHubWorld.Maintainer, "/merge rollback");

        Assert.Equal("command-refused", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Contains($"Pull request {pull.Number} is not merged, so nothing from it is published.", refused.Log, StringComparison.Ordinal);
        Assert.Equal(["eyes", "confused"], sadly);
    }

    [Fact]
    public async Task A_push_without_a_pull_request_is_carried_out_where_the_settings_say_so()
    {
        world.Decide("direct_pushes: apply\n");
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5));

        var applied = (await world.ApplyAsync()).Ended(0);

        Assert.Equal(("0.1.0", "success"), (applied.Outputs["version"], world.Status(world.Main, "mergeops/apply")));
    }

    [Fact]
    public async Task Allowing_pushes_without_a_pull_request_does_not_stand_in_for_the_approvals_of_one()
    {
        world.Decide("approvals: 1\ndirect_pushes: apply\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        (await world.PlanAndPostAsync(pull)).Ended(0);

        var refused = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("plan-not-approved", refused.Outputs["failure-reason"]);
        AssertNothingPublished();
    }

    [Fact]
    public async Task What_was_merged_into_another_branch_is_not_approved_for_the_main_branch()
    {
        world.Repository.Commit("drafts", new Dictionary<string, string?> { ["README.md"] = "Hello\n" });
        world.Repository.Commit("changes", await world.RecipeAsync("small", 0.5));
        var pull = world.Repository.OpenPull("changes", "Try it", into: "drafts");
        var recipes = await world.RunAsync(
            "workflow_dispatch", GitHubWorld.PayloadOf(pull), world.CheckOutTrial(pull), null, "--step", "plan");
        var header = new MergeOps.GitHub.Comments.CommentHeader(
            $"{GitHubWorld.Name}#{pull.Number}", pull.HeadSha, System.Collections.Immutable.ImmutableSortedDictionary<string, MergeOps.GitHub.Reports.ShownPlan>.Empty.Add("recipes/small.yml", new(recipes.Ended(0).Outputs["plan-hash"], null)));
        world.Repository.AddComment(pull.Number, "github-actions[bot]", header.Write());
        world.Repository.Git.Point("refs/heads/main", world.Repository.Merge(pull.Number));

        var refused = (await world.ApplyAsync()).Ended(4);

        Assert.Equal("plan-not-approved", refused.Outputs["failure-reason"]);
        AssertNothingPublished();
    }

    [Fact]
    public async Task Pull_requests_that_one_push_brings_are_each_approved_by_their_own_comment()
    {
        var (one, two) = (world.Open(await world.RecipeAsync("one", 0.5), branch: "one"), world.Open(Without("recipes/one", await world.RecipeAsync("two", 0.75)), branch: "two"));
        (await world.PlanAndPostAsync(one)).Ended(0);
        (await world.PlanAndPostAsync(two)).Ended(0);
        var before = world.Main;
        world.Repository.Merge(one.Number);
        world.Repository.Merge(two.Number);

        var applied = (await world.RunAsync("push", Events.WebhookPayloads.Push(GitHubWorld.Name, before, world.Main), world.CheckOut(), null)).Ended(0);

        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/one").Tags.Keys);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/two").Tags.Keys);
        Assert.Contains("published [`0.1.0`]", Assert.Single(world.Comments(one)), StringComparison.Ordinal);
        Assert.Contains("published [`0.1.0`]", Assert.Single(world.Comments(two)), StringComparison.Ordinal);
        Assert.InRange(applied.Calls, 1, 19);
    }

    private static Dictionary<string, string?> Without(string start, Dictionary<string, string?> files) =>
        files.Where(file => !file.Key.StartsWith(start, StringComparison.Ordinal)).ToDictionary();

    private void AssertNothingPublished() => Assert.Null(world.User.Hub.Store.Repository("acme/small"));
}
