using MergeOps.TestGitHub.Storage;
using MergeOps.TestHub.Faults;
using MergeOps.Tests.GitHub.Workflows;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Pull requests that update locks and merge themselves.</summary>
public sealed class LockMergeTests : IAsyncLifetime
{
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_pull_request_that_updates_a_lock_merges_itself_once_its_preview_passed_where_the_settings_say_so()
    {
        var pull = await MovedAsync("merge_locks: true\n");

        Assert.Contains($"Pull request {pull.Number} is not merged: Pull request {pull.Number} has no preview of its newest commit.", (await world.WakeAsync()).Ended(0).Log, StringComparison.Ordinal);
        Assert.True(pull.IsOpen);

        await PreviewAsync(pull);
        world.Server.Faults.Add(Misbehave.Answer(405, "application/json", """{"message":"Required status check 'build' is expected."}"""), method: "PUT", times: 1);
        Assert.Contains("Required status check 'build' is expected", (await world.WakeAsync()).Ended(0).Log, StringComparison.Ordinal);
        Assert.True(pull.IsOpen);

        Assert.Empty(world.Repository.Dispatches);
        var merging = (await world.WakeAsync()).Ended(0);
        Assert.Contains($"Pull request {pull.Number} is merged: its preview passed all gates.", merging.Log, StringComparison.Ordinal);

        Assert.NotNull(pull.MergeSha);
        Assert.Contains($"- `recipes/small.yml`: #{pull.Number}, merged\n\nThe rebuild that publishes what was merged was started.", merging.Summary, StringComparison.Ordinal);
        Assert.Equal([new StoredDispatch("merge-rebuild.yml", "main", "github-actions[bot]")], world.Repository.Dispatches);
        Assert.Contains(world.User.Hub.Repository("org/one").Head.Id, System.Text.Encoding.UTF8.GetString(world.Repository.Git.File(world.Main, "recipes/small.lock.yml")!), StringComparison.Ordinal);
        Assert.Contains("published `0.1.1`", (await world.WakeAsync("rebuild")).Ended(0).Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "does not show the workflow merge-rebuild.yml of acme/merges")]
    [InlineData("on: { schedule: [{ cron: '43 2 * * 6' }] }\n", "(It said: Workflow does not have 'workflow_dispatch' trigger)")]
    [InlineData("on: { workflow_dispatch: }\n", "It needs the permission 'actions: write'")]
    public async Task A_pull_request_stays_merged_where_the_rebuild_cannot_be_started_and_people_are_told(string? workflow, string reason)
    {
        var pull = await MovedAsync("merge_locks: true\n");
        await PreviewAsync(pull);
        world.Repository.Commit("main", new Dictionary<string, string?> { [".github/workflows/merge-rebuild.yml"] = workflow });
        if (workflow is "on: { workflow_dispatch: }\n")
        {
            world.Server.Faults.Add(Misbehave.Answer(403, "application/json", """{"message":"Resource not accessible by integration"}"""), "*/dispatches", "POST");
        }

        var merging = (await world.WakeAsync()).Ended(0);

        Assert.NotNull(pull.MergeSha);
        Assert.Empty(world.Repository.Dispatches);
        Assert.Contains("warning", merging.Log, StringComparison.Ordinal);
        Assert.Contains("MOPS846", merging.Log, StringComparison.Ordinal);
        Assert.Contains("**could not be started**", merging.Summary, StringComparison.Ordinal);
        Assert.Contains(reason, merging.Summary, StringComparison.Ordinal);
        Assert.Contains("Write `/merge rebuild` below the issue 'Merged models: drift and rebuilds', or wait for its schedule.", Assert.Single(world.Issues), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_merged_and_started_before_a_later_lock_failed_is_told()
    {
        world.Repository.Commit("main", await world.RecipeAsync("tiny", 0.25));
        var pull = await MovedAsync("merge_locks: true\n");
        var later = Assert.Single(world.Repository.Pulls, pull => pull.Title == "Update the lock of recipes/tiny.yml");
        await PreviewAsync(pull);
        world.Server.Faults.Add(Misbehave.Answer(404, "application/json", """{"message":"Not Found"}"""), $"*/pulls/{later.Number}");

        var failed = (await world.WakeAsync()).Ended(3);

        Assert.NotNull(pull.MergeSha);
        Assert.Contains($"- `recipes/small.yml`: #{pull.Number}, merged\n\nThe rebuild that publishes what was merged was started.", failed.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_request_in_which_somebody_changes_more_than_the_lock_does_not_merge_itself()
    {
        world.Decide("merge_locks: true\n");
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5));
        Learn();
        (await world.WakeAsync()).Ended(0);
        var pull = Assert.Single(world.Repository.Pulls, pull => pull.IsOpen);
        world.Push(pull, new Dictionary<string, string?> { ["score.sh"] = "echo" });

        Assert.Contains("is not merged: it changes 'score.sh', too.", (await world.WakeAsync()).Ended(0).Log, StringComparison.Ordinal);

        Assert.True(pull.IsOpen);
    }

    [Fact]
    public async Task Without_that_setting_nobody_but_people_merges_a_lock()
    {
        var pull = await MovedAsync("");
        await PreviewAsync(pull);

        (await world.WakeAsync()).Ended(0);

        Assert.True(pull.IsOpen);
        Assert.DoesNotContain(world.Server.Requests, request => request.Method == "PUT");
    }

    // a published recipe with a gate, and the pull request that updates its lock
    private async Task<StoredPull> MovedAsync(string settings)
    {
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [".github/workflows/merge-rebuild.yml"] = RepositoryWorkflows.Templates["merge-rebuild.yml"].Text,
            [".github/mergeops.yml"] = settings + "evaluate:\n  command: [sh, score.sh, \"{model}\", \"{results}\"]\n",
            ["score.sh"] = """
                cat > "$2" <<'END'
                {"results":{"hellaswag":{"acc,none":0.75,"acc_stderr,none":0.004}},"higher_is_better":{"hellaswag":{"acc":true}},"n-samples":{"hellaswag":{"original":10042,"effective":10042}},"versions":{"hellaswag":1}}
                END

                """,
        });
        var first = world.Open(await world.RecipeAsync("small", 0.5, """
            evaluate:
              external: [{ name: hellaswag, metric: acc }]
            gates: [{ metric: hellaswag.acc, min: 0.7 }]
            """));
        (await world.PlanAndPostAsync(first)).Ended(0);
        (await world.MergeAsync(first)).Ended(0);
        Learn();
        (await world.WakeAsync()).Ended(0);
        return Assert.Single(world.Repository.Pulls, pull => pull.Title == "Update the lock of recipes/small.yml");
    }

    private async Task PreviewAsync(StoredPull pull)
    {
        var hash = Assert.Single(world.Comments(pull)).Split("| `recipes/small.yml` | `")[1][..8];
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}")).Run.Ended(0);
    }

    private void Learn() => world.User.Hub.Repository("org/one")
        .Push("Learn", new Dictionary<string, byte[]?> { ["model.safetensors"] = world.User.Hub.Repository("org/two").Head.Files["model.safetensors"].Content.ReadAll() });
}
