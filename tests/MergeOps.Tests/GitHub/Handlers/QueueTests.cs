using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>A merge queue's commit, which may hold several pull requests, gives what each of them showed, or does not come through.</summary>
public sealed class QueueTests : IAsyncLifetime
{
    private const string Plan = "mergeops/plan";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_pull_requests_in_one_queue_get_the_status_when_their_recipes_give_what_was_shown(bool squash)
    {
        var (first, second) = (await OpenAsync("small", 0.5, "one"), await OpenAsync("large", 0.5, "two"));

        var (one, branchOfOne) = world.Repository.Enqueue(first, squash: squash);
        var (both, branch) = world.Repository.Enqueue(second, one, squash);
        var (plan, report) = await world.QueueAsync(both, branch);

        plan.Ended(0);
        report.Ended(0);
        Assert.Equal("success", world.Status(both, Plan));
        Assert.Contains("2 recipes as approved", world.Repository.Statuses[^1].Description, StringComparison.Ordinal);
        (await world.QueueAsync(one, branchOfOne)).Report.Ended(0);
        Assert.Equal("success", world.Status(one, Plan));

    }

    [Fact]
    public async Task A_recipe_that_becomes_another_plan_by_what_is_before_it_in_the_queue_is_stopped_there()
    {
        var recipe = await world.RecipeAsync("small", 0.5);
        world.Repository.Commit("main", recipe);
        var first = world.Open(new Dictionary<string, string?> { ["recipes/small.yml"] = "dtype: bfloat16\n" + recipe["recipes/small.yml"] }, fork: null, branch: "one");
        (await world.PlanAndPostAsync(first)).Ended(0);
        var second = world.Open(await world.RecipeAsync("small", 0.75), fork: null, branch: "two");
        (await world.PlanAndPostAsync(second)).Ended(0);

        var (one, _) = world.Repository.Enqueue(first.Number);
        var (both, branch) = world.Repository.Enqueue(second.Number, one);
        var (plan, report) = await world.QueueAsync(both, branch);

        Assert.Contains("was approved in the pull request", plan.Ended(4).Log, StringComparison.Ordinal);
        Assert.Equal("plan-changed", plan.Outputs["failure-reason"]);
        report.Ended(4);
        Assert.Equal("failure", world.Status(both, Plan));
    }

    [Fact]
    public async Task A_queue_without_recipes_and_one_whose_pull_request_showed_no_plan_are_told_apart()
    {
        world.Repository.Commit("notes", new Dictionary<string, string?> { ["notes.txt"] = "later\n" });
        var (notes, branchOfNotes) = world.Repository.Enqueue(world.Repository.OpenPull("notes", "Write notes").Number);
        (await world.QueueAsync(notes, branchOfNotes)).Report.Ended(0);
        Assert.Equal(("success", "no recipe changes"), (world.Status(notes, Plan), world.Repository.Statuses[^1].Description));

        var unseen = world.Open(await world.RecipeAsync("small", 0.5), fork: null);
        var (commit, branch) = world.Repository.Enqueue(unseen.Number);
        var (_, report) = await world.QueueAsync(commit, branch);

        Assert.Contains("the pull request showed no plan for it", report.Ended(4).Log, StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(commit, Plan));
    }

    private async Task<int> OpenAsync(string name, double weight, string branch)
    {
        var files = (await world.RecipeAsync(name, weight)).Where(file => file.Key.Contains($"/{name}.", StringComparison.Ordinal) || file.Key.Contains("/.locks/", StringComparison.Ordinal));
        var pull = world.Open(files.ToDictionary(), fork: null, branch: branch);
        (await world.PlanAndPostAsync(pull)).Ended(0);
        return pull.Number;
    }
}
