using System.Text.RegularExpressions;
using MergeOps.TestGitHub.Storage;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What is approved beside the bytes: the same plan for another target or with other gates is not what people saw.</summary>
public sealed partial class TermsTests : IAsyncLifetime
{
    private const string Recipe = "recipes/small.yml";
    private const string Data = "recipes/sums.jsonl";
    private const string Measured = "evaluate:\n  tasks: [{ name: sums, data: sums.jsonl }]";
    private const string Gated = """
        evaluate:
          external:
            - { name: hellaswag, metric: acc }
        gates:
          - { metric: hellaswag.acc, min: 0.7 }
        """;

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task The_approved_plan_for_another_target_is_made_only_when_it_is_shown_and_commanded_anew()
    {
        var recipe = await world.RecipeAsync("small", 0.5);
        world.Repository.Commit("main", recipe);
        var pull = world.Open(await world.RecipeAsync("small", 0.75));
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"];
        // somebody changes the target of the same recipe on the main branch
        world.Repository.Commit("main", new Dictionary<string, string?> { [Recipe] = recipe[Recipe]!.Replace("acme/small", "acme/elsewhere", StringComparison.Ordinal) });

        var stopped = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal((hash, "plan-changed"), (stopped.Outputs["plan-hash"], stopped.Outputs["failure-reason"]));
        Assert.Contains("its name, target, measurements, test data or gates differ from what was approved", stopped.Log, StringComparison.Ordinal);
        Assert.Contains("**plan changed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        AssertNothingPublished();

        (await world.SayAsync(pull, GitHubWorld.Maintainer, "/merge plan")).Run.Ended(0);
        Assert.DoesNotContain("plan changed", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}")).Run.Ended(0);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/elsewhere").Tags.Keys);
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("preview")]
    public async Task A_command_with_the_hash_of_a_plan_whose_gates_were_lowered_since_is_refused(string command)
    {
        var files = await world.RecipeAsync("small", 0.5, Gated);
        var pull = world.Open(files, fork: null);
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"];
        files[Recipe] = files[Recipe]!.Replace("min: 0.7", "min: 0.1", StringComparison.Ordinal);
        world.Push(pull, files);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        var (refused, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge {command} {hash[..8]}");

        Assert.Equal("plan-changed", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Contains("its name, target, measurements, test data or gates differ", refused.Log, StringComparison.Ordinal);
        AssertNothingPublished();
    }

    [Fact]
    public async Task A_comment_that_somebody_edited_approves_nothing_because_the_status_knows_what_it_showed()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5), fork: null);
        (await world.PlanAndPostAsync(pull)).Ended(0);
        var shown = Comment(pull).Body;
        // another recipe in the branch after everybody looked, and its plan and terms written into the comment by hand
        var other = world.Open(await world.RecipeAsync("small", 0.75), fork: null, branch: "other");
        var hash = (await world.PlanAndPostAsync(other)).Ended(0).Outputs["plan-hash"];
        world.Push(pull, await world.RecipeAsync("small", 0.75));
        Comment(pull).Body = Plans().Replace(shown, Plans().Match(Comment(other).Body).Value);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        var (unseen, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}");
        Assert.Contains("has no status mergeops/plan of this workflow", unseen.Ended(4).Log, StringComparison.Ordinal);

        // with the status of what the branch held before, copied by somebody who may set statuses, and with our own
        var ours = world.Repository.Statuses.First(status => status.Context == "mergeops/plan");
        world.Repository.AddStatus(ours with { Sha = pull.HeadSha, Creator = "mallory" });
        Assert.Contains("has no status", (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}")).Run.Ended(4).Log, StringComparison.Ordinal);
        world.Repository.AddStatus(ours with { Sha = pull.HeadSha });
        var (edited, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}");
        Assert.Equal("plan-not-approved", edited.Ended(4).Outputs["failure-reason"]);
        Assert.Contains("shows plans other than those its status mergeops/plan was set for", edited.Log, StringComparison.Ordinal);
        AssertNothingPublished();

        // the way out that the message names
        (await world.SayAsync(pull, GitHubWorld.Maintainer, "/merge plan")).Run.Ended(0);
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}")).Run.Ended(0);
    }

    [Fact]
    public async Task A_pull_request_that_cuts_the_test_data_says_so_though_no_tensor_changes()
    {
        world.Repository.Commit("main", await MeasuredAsync(120));
        var pull = world.Open(new Dictionary<string, string?> { [Data] = Items(3) });

        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);

        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains("| no tensor changes; **test data of `sums`: 120 → 3 items** |", comment, StringComparison.Ordinal);
        Assert.Contains("Test data: `sums` (3 items).", comment, StringComparison.Ordinal);
        Assert.Equal("true", plan.Outputs["changes"]);
    }

    [Fact]
    public async Task Test_data_that_the_main_branch_exchanged_are_not_what_was_approved()
    {
        world.Repository.Commit("main", await MeasuredAsync(120));
        var pull = world.Open(await world.RecipeAsync("small", 0.75, Measured));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Commit("main", new Dictionary<string, string?> { [Data] = Items(100) });

        var stopped = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("plan-changed", stopped.Outputs["failure-reason"]);
        Assert.Contains("**plan changed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        AssertNothingPublished();
    }

    [Fact]
    public async Task A_push_after_the_approval_that_exchanges_the_test_data_counts_as_a_changed_plan()
    {
        world.Repository.Commit("main", await MeasuredAsync(120));
        var pull = world.Open(await MeasuredAsync(100), fork: null);
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"];
        world.Push(pull, new Dictionary<string, string?> { [Data] = Items(100).Replace("is 7", "is seven", StringComparison.Ordinal) });
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        var (refused, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash[..8]}");

        Assert.Equal("plan-changed", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Contains("measurements, test data or gates differ", refused.Log, StringComparison.Ordinal);
        AssertNothingPublished();
    }

    [Fact]
    public async Task Gates_that_are_lowered_are_told_though_no_tensor_changes()
    {
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5, Gated));
        var pull = world.Open(await world.RecipeAsync("small", 0.5, Gated.Replace("min: 0.7", "min: 0.1", StringComparison.Ordinal)));

        (await world.PlanAndPostAsync(pull)).Ended(0);

        Assert.Contains("| no tensor changes; **different name, target, measurements or gates** |", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    private Task<Dictionary<string, string?>> MeasuredAsync(int items)
    {
        Directory.CreateDirectory(world.User["recipes"]);
        world.User.Recipe(Items(items), Data);
        return world.RecipeAsync("small", 0.5, Measured);
    }

    private static string Items(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $$"""{"prompt": "{{i}} + 0 is", "answer": " is {{i}}"}""" + "\n"));

    private StoredComment Comment(StoredPull pull) => Assert.Single(world.Repository.Comments(pull.Number));

    private void AssertNothingPublished() =>
        Assert.All(["acme/small", "acme/elsewhere"], name => Assert.Null(world.User.Hub.Store.Repository(name)));

    [GeneratedRegex("\"plans\":\\{[^}]*\\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plans();
}
