using System.Text.Json;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class DriftTests : IAsyncLifetime
{
    private HubUser user = null!;
    private string recipe = null!;

    public async ValueTask InitializeAsync()
    {
        user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one");
        recipe = user.Recipe("merge_method: task_arithmetic\nbase_model: org/base\nmodels:\n  - { model: org/one, parameters: { weight: 1 } }\n");
        await user.RunAsync("lock", recipe);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task Where_nothing_moved_it_says_so()
    {
        var run = await user.RunAsync("drift", recipe);

        Assert.Equal((0, "", "Nothing moved.\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task New_commits_another_license_and_a_gate_are_told_apart()
    {
        var was = user.Hub.Repository("org/one").Head.Id;
        var now = user.Hub.Repository("org/one").Push("card", new Dictionary<string, byte[]?> { ["README.md"] = "---\nlicense: mit\n---\n"u8.ToArray() }).Id;
        user.Hub.Repository("org/base").Gated = "manual";

        var text = await user.RunAsync("drift", recipe);
        var json = await user.RunAsync("drift", recipe, "--format", "json");
        var markdown = await user.RunAsync("drift", recipe, "--format", "markdown");

        Assert.Equal(4, text.ExitCode);
        Assert.Equal(
            $"""
            {recipe}: error MOPS225: A model changed since it was locked. 'org/base' is gated now (manual): its owner must grant access first.
            {recipe}: error MOPS225: A model changed since it was locked. 'org/one' is at {now[..12]} now; the lock pins {was[..12]}.
            {recipe}: error MOPS225: A model changed since it was locked. 'org/one' has the license mit now; it was apache-2.0.

            """,
            text.Output);
        using var document = JsonDocument.Parse(json.Result!.ToJsonString());
        Assert.Equal(["gated", "new-commits", "license"], document.RootElement.GetProperty("drift").EnumerateArray().Select(drift => drift.GetProperty("kind").GetString()));
        Assert.Contains($"| `org/one` | new commits | `{was}` | `{now}` |", markdown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_model_is_gone()
    {
        user.Hub.Store.Delete("org/one");

        var run = await user.RunAsync("drift", recipe);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("'org/one' is gone: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Hub_that_does_not_answer_is_no_drift()
    {
        await user.Hub.DisposeAsync();
        user.Set("HF_HUB_OFFLINE", "1");

        var run = await user.RunAsync("drift", recipe);

        Assert.Equal(3, run.ExitCode);
    }

    [Fact]
    public async Task A_recipe_without_a_lock_cannot_have_drifted()
    {
        File.Delete(user["recipe.lock.yml"]);

        var run = await user.RunAsync("drift", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS220:", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing moved", run.Error, StringComparison.Ordinal);
    }
}
