using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What happens after a model is published: rebuilds, rollbacks, and plans that nobody carried out.</summary>
public sealed class LaterTests : IAsyncLifetime
{
    private const string Recipe = "recipes/small.yml";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_rebuild_says_unchanged_in_one_line_and_finds_bytes_that_are_not_the_recipes()
    {
        await PublishAsync(0.5);

        var same = (await world.WakeAsync("rebuild")).Ended(0);

        Assert.Contains("- 1 model unchanged: rebuilt to the same bytes.", same.Summary, StringComparison.Ordinal);
        Assert.Empty(world.Issues);
        Assert.Contains("✓ merge", same.Log, StringComparison.Ordinal);

        var published = world.User.Hub.Repository("acme/small");
        var weights = published.Head.Files["model.safetensors"].Content.ReadAll();
        weights[^1] ^= 1;
        published.Push("Improve", new Dictionary<string, byte[]?> { ["model.safetensors"] = weights });
        published.Tags["v0.1.0"] = published.Head;
        var other = (await world.WakeAsync("rebuild")).Ended(1);

        Assert.Contains("was not reproduced", Assert.Single(world.Issues), StringComparison.Ordinal);
        Assert.Contains("error MOPS", other.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rebuild_publishes_the_next_version_where_an_approved_plan_was_never_carried_out()
    {
        await PublishAsync(0.5);
        var pull = world.Open(await world.RecipeAsync("small", 0.75), branch: "next");
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Merge(pull.Number);

        // the run that should have carried it out was dropped from its queue
        var status = await world.StatusAsync();
        Assert.Equal(4, status.ExitCode);
        Assert.Contains($"of pull request {pull.Number} was never applied", status.Output, StringComparison.Ordinal);
        var rebuild = (await world.WakeAsync("rebuild")).Ended(0);

        Assert.Contains($"- `{Recipe}`: published `0.1.1`", rebuild.Summary, StringComparison.Ordinal);
        Assert.Equal(["v0.1.0", "v0.1.1"], world.User.Hub.Repository("acme/small").Tags.Keys.Order());
    }

    [Fact]
    public async Task A_rebuild_publishes_nothing_that_nobody_approved()
    {
        await PublishAsync(0.5);
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.75));

        var rebuild = (await world.WakeAsync("rebuild")).Ended(4);

        Assert.Equal("plan-not-approved", rebuild.Outputs["failure-reason"]);
        Assert.Contains($"- `{Recipe}`: **not approved**", Assert.Single(world.Issues), StringComparison.Ordinal);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/small").Tags.Keys);
    }

    [Fact]
    public async Task When_every_plan_was_carried_out_status_says_so()
    {
        await PublishAsync(0.5);

        var status = await world.StatusAsync();

        Assert.Equal((0, "", "Every approved plan was applied.\n"), (status.ExitCode, status.Output, status.Error));
    }

    [Fact]
    public async Task Status_looks_at_what_was_merged_last_with_few_calls_and_says_where_it_did_not_look()
    {
        int[] numbers = [.. Enumerable.Range(0, 17).Select(index =>
        {
            world.Repository.Commit($"change-{index}", new Dictionary<string, string?> { [$"notes/{index}.md"] = "A note" });
            return world.Repository.OpenPull($"change-{index}", "Add a note").Number;
        })];
        foreach (var number in numbers.Reverse())
        {
            world.Repository.Merge(number);
        }

        world.Server.ForgetRequests();
        var status = await world.StatusAsync();

        Assert.Equal(0, status.ExitCode);
        Assert.InRange(world.Server.Requests.Count, 1, 19);
        Assert.Contains($"Not looked at: pull requests merged before {numbers[14]}.", status.Error, StringComparison.Ordinal);
        Assert.Contains("Every approved plan that was checked was applied.", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_gives_users_the_version_before_and_moves_no_tag()
    {
        await PublishAsync(0.5);
        var published = world.User.Hub.Repository("acme/small");
        var before = published.Head.Files["model.safetensors"].Content.ReadAll();
        var pull = await PublishAsync(0.75, "next");
        var (one, two) = (published.Tags["v0.1.0"].Id, published.Tags["v0.1.1"].Id);
        Assert.NotEqual(before, published.Head.Files["model.safetensors"].Content.ReadAll());

        var (run, reactions) = await world.SayAsync(pull, GitHubWorld.Maintainer, "/merge rollback");

        run.Ended(0);
        Assert.Equal(["eyes", "rocket"], reactions);
        Assert.Equal(before, published.Head.Files["model.safetensors"].Content.ReadAll());
        Assert.Equal((one, two), (published.Tags["v0.1.0"].Id, published.Tags["v0.1.1"].Id));
        Assert.Contains("rolled back", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_gates_say_no_is_not_published_and_the_comment_says_so()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5, """
            evaluate:
              external:
                - { name: hellaswag, metric: acc }
            gates:
              - metric: hellaswag.acc
                min: 0.7
            """));
        (await world.PlanAndPostAsync(pull)).Ended(0);

        var applied = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("gate-failed", applied.Outputs["failure-reason"]);
        Assert.Contains("**gate failed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(world.Main, "mergeops/apply"));
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));
    }

    [Fact]
    public async Task A_large_model_is_scored_by_the_command_of_the_main_branchs_settings_and_never_by_one_of_the_pull_request()
    {
        const string Results = """{"results":{"hellaswag":{"acc,none":0.75,"acc_stderr,none":0.004}},"higher_is_better":{"hellaswag":{"acc":true}},"n-samples":{"hellaswag":{"original":10042,"effective":10042}},"versions":{"hellaswag":1}}""";
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [".github/mergeops.yml"] = "evaluate:\n  command: [sh, score.sh, \"{model}\", \"{results}\"]\n",
            ["score.sh"] = $"cat > \"$2\" <<'END'\n{Results}\nEND\n",
        });
        var files = await world.RecipeAsync("small", 0.5, """
            evaluate:
              external:
                - { name: hellaswag, metric: acc }
            gates:
              - metric: hellaswag.acc
                min: 0.7
            """);
        files[".github/mergeops.yml"] = $$"""
            evaluate:
              command: [sh, -c, "touch {{world.User["owned"]}}", "{model}", "{results}"]

            """;
        var pull = world.Open(files, fork: null);
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"][..8];
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        var (applied, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}");

        Assert.Equal("0.1.0", applied.Ended(0).Outputs["version"]);
        Assert.False(File.Exists(world.User["owned"]));
        Assert.Contains("0.75", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Contains("hellaswag", System.Text.Encoding.UTF8.GetString(world.User.Hub.Repository("acme/small").Head.Files["README.md"].Content.ReadAll()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_night_without_drift_leaves_the_issue_open_that_a_rebuild_opened()
    {
        await PublishAsync(0.5);
        var published = world.User.Hub.Repository("acme/small");
        var weights = published.Head.Files["model.safetensors"].Content.ReadAll();
        weights[^1] ^= 1;
        published.Push("Improve", new Dictionary<string, byte[]?> { ["model.safetensors"] = weights });
        published.Tags["v0.1.0"] = published.Head;
        (await world.WakeAsync("rebuild")).Ended(1);

        (await world.WakeAsync()).Ended(0);

        Assert.True(Assert.Single(world.Repository.Issues).IsOpen);
    }

    [Fact]
    public async Task A_rollback_below_a_pull_request_without_recipes_is_refused_instead_of_doing_nothing()
    {
        var pull = world.Open(new Dictionary<string, string?> { ["README.md"] = "Hello\n" });
        world.Repository.Merge(pull.Number);

        var (run, reactions) = await world.SayAsync(pull, GitHubWorld.Maintainer, "/merge rollback");

        Assert.Equal("command-refused", run.Ended(4).Outputs["failure-reason"]);
        Assert.Equal(["eyes", "confused"], reactions);
    }

    private async Task<MergeOps.TestGitHub.Storage.StoredPull> PublishAsync(double weight, string branch = "changes") =>
        await world.PublishAsync(await world.RecipeAsync("small", weight), branch);
}
