using System.Text.Json;
using MergeOps.Tensors;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestHub.Storage;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What was previewed is published as it is, on any machine, or the model is made anew and the reason is said.</summary>
public sealed class PromotionTests : IAsyncLifetime
{
    private const string Settings = ".github/mergeops.yml";
    private const string Results = """{"results":{"hellaswag":{"acc,none":0.75,"acc_stderr,none":0.004}},"higher_is_better":{"hellaswag":{"acc":true}},"n-samples":{"hellaswag":{"original":10042,"effective":10042}},"versions":{"hellaswag":1}}""";
    private const string Scored = """
        evaluate:
          external: [{ name: hellaswag, metric: acc }]
        gates: [{ metric: hellaswag.acc, min: 0.7 }]
        """;

    private readonly TemporaryFolder outside = new();
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        outside.Dispose();
    }

    [Fact]
    public async Task A_preview_is_published_on_another_machine_with_one_merge_and_one_scoring_for_the_whole_pull_request()
    {
        world.Repository.Commit("main", SettingsThatScore());
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5, Scored));
        var hub = world.User.Hub.Repository("acme/small");
        var previewed = Assert.Single(hub.PullRequests).Value.Head.Files;
        var scorings = Scorings;

        OnAnotherMachine();
        world.User.Hub.ForgetRequests();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal("0.1.0", applied.Outputs["version"]);
        Assert.Matches($"(?m)^= merge .*merged for the preview of pull request {pull.Number}", applied.Log);
        Assert.Equal(scorings, Scorings);
        Assert.DoesNotContain(world.User.Hub.Requests, request => request.Path.Contains("safetensors", StringComparison.Ordinal));
        var published = hub.Tags["v0.1.0"].Files;
        Assert.Equal(previewed.Keys, published.Keys);
        Assert.All(["model.safetensors", "merge-manifest.json", "evaluation.json", "README.md"], path => Assert.Equal(previewed[path].Content.ReadAll(), published[path].Content.ReadAll()));
        Assert.Contains("published", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Contains("0.75", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);

        // and a run after that finds it there
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {Hash}")).Run.Ended(0);
        Assert.Contains("unchanged", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal(scorings, Scorings);
    }

    [Fact]
    public async Task A_preview_in_a_folder_is_promoted_with_the_version_that_is_next_there()
    {
        world.Decide($"outside_folders: {outside.Path}\n");
        var first = await PreviewedAsync(ToFolder(await world.RecipeAsync("small", 0.25)), "first");
        (await world.MergeAsync(first)).Ended(0);
        var pull = await PreviewedAsync(ToFolder(await world.RecipeAsync("small", 0.5)), "second");

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal("0.1.1", applied.Outputs["version"]);
        Assert.Matches("(?m)^= merge ", applied.Log);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(outside[$"small-preview-{pull.Number}"], "0.1.0", "model.safetensors")),
            File.ReadAllBytes(Path.Combine(outside["small"], "0.1.1", "model.safetensors")));
        Assert.Contains("# `small` 0.1.1", File.ReadAllText(Path.Combine(outside["small"], "0.1.1", "README.md")), StringComparison.Ordinal);
        Assert.Equal(0, (await world.User.RunAsync("verify", Path.Combine(outside["small"], "0.1.1"))).ExitCode);
    }

    [Fact]
    public async Task Where_the_settings_score_in_another_way_by_now_the_model_is_made_anew()
    {
        world.Repository.Commit("main", SettingsThatScore());
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5, Scored));
        var settings = SettingsThatScore();
        settings["score.sh"] = "# corrected\n" + settings["score.sh"];
        world.Repository.Commit("main", settings);

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Contains($"The preview of pull request {pull.Number} is not promoted: the settings now score with another command, or a file that it names has changed.", applied.Log, StringComparison.Ordinal);
        Assert.Matches("(?m)^✓ merge ", applied.Log);
    }

    [Fact]
    public async Task Where_another_version_was_published_since_the_gates_compare_with_that_one()
    {
        world.Repository.Commit("main", SettingsThatScore());
        const string Against = """
            evaluate:
              external: [{ name: hellaswag, metric: acc }]
            gates: [{ metric: hellaswag.acc, not_worse_than: published }]
            """;
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5, Against), "mine");
        await world.RecipeAsync("small", 0.25);
        var run = await world.User.RunAsync("run", world.User["recipes/small.yml"]);
        Assert.True(run.ExitCode == 0, run.Error);

        var applied = await world.MergeAsync(pull);

        Assert.Contains("is not promoted: a version other than the one that its gates compared with is now published.", applied.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edited_comment_and_a_proposal_of_somebody_elses_promote_nothing()
    {
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5));
        var comment = world.Repository.Comments(pull.Number).Single(comment => comment.Login == "github-actions[bot]");
        var list = comment.Body.Split("\"list\":\"")[1][..64];
        var body = comment.Body;
        comment.Body = body.Replace(list, new string('0', 64), StringComparison.Ordinal);

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Contains("the comment disagrees with the status mergeops/gates about it.", applied.Log, StringComparison.Ordinal);
        Assert.Matches("(?m)^✓ merge ", applied.Log);
    }

    [Fact]
    public async Task Files_that_were_changed_after_the_preview_are_not_published()
    {
        world.Decide($"outside_folders: {outside.Path}\n");
        var pull = await PreviewedAsync(ToFolder(await world.RecipeAsync("small", 0.5)));
        var weights = Path.Combine(outside[$"small-preview-{pull.Number}"], "0.1.0", "model.safetensors");
        var right = File.ReadAllBytes(weights);
        var wrong = right.ToArray();
        wrong[^1] ^= 1;
        File.WriteAllBytes(weights, wrong);

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Contains("is not promoted: its files are not those that were previewed", applied.Log, StringComparison.Ordinal);
        Assert.Equal(right, File.ReadAllBytes(Path.Combine(outside["small"], "0.1.0", "model.safetensors")));
    }

    [Fact]
    public async Task A_branch_on_the_Hub_that_was_changed_after_the_preview_gives_what_was_previewed()
    {
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5));
        var hub = world.User.Hub.Repository("acme/small");
        var previewed = Assert.Single(hub.PullRequests).Value;
        var right = previewed.Head.Files["model.safetensors"].Content.ReadAll();
        var wrong = right.ToArray();
        wrong[^1] ^= 1;
        previewed.Head = hub.Add(previewed.Head, previewed.Head.Files.SetItem("model.safetensors", RepositoryFiles.Store("model.safetensors", new MemoryContent(wrong), null)), "Improve");

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal("0.1.0", applied.Outputs["version"]);
        Assert.Equal(right, hub.Tags["v0.1.0"].Files["model.safetensors"].Content.ReadAll());
    }

    [Fact]
    public async Task A_lock_that_moved_after_the_preview_gives_a_model_of_its_own()
    {
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5));
        var previewed = Assert.Single(world.User.Hub.Repository("acme/small").PullRequests).Value.Head.Files["model.safetensors"].Content.ReadAll();
        var one = world.User.Hub.Repository("org/one");
        var weights = one.Head.Files["model.safetensors"].Content.ReadAll();
        weights[^2] ^= 0x40;
        one.Push("Train on", new Dictionary<string, byte[]?> { ["model.safetensors"] = weights });
        Assert.Equal(0, (await world.User.RunAsync("lock", world.User["recipes/small.yml"], "--upgrade")).ExitCode);
        world.Push(pull, world.RecipeFiles());
        (await world.PlanAndPostAsync(pull)).Ended(0);

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Matches("(?m)^✓ merge ", applied.Log);
        Assert.NotEqual(previewed, world.User.Hub.Repository("acme/small").Tags["v0.1.0"].Files["model.safetensors"].Content.ReadAll());
    }

    [Fact]
    public async Task Previews_of_which_one_did_not_meet_its_gates_promote_nothing()
    {
        world.Repository.Commit("main", SettingsThatScore());
        await world.RecipeAsync("large", 0.25, Scored.Replace("min: 0.7", "min: 0.8", StringComparison.Ordinal));
        var pull = world.Open(await world.RecipeAsync("small", 0.5, Scored), fork: null);
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"][..8];
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}")).Run.Ended(4);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/gates"));

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(4);

        Assert.Contains($"The preview of pull request {pull.Number} is not promoted: it did not meet its gates.", applied.Log, StringComparison.Ordinal);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/small").Tags.Keys);
        Assert.Null(world.User.Hub.Store.Repository("acme/large")?.Tags.Keys.FirstOrDefault());
    }

    [Fact]
    public async Task Recipes_that_were_previewed_together_are_all_promoted()
    {
        await world.RecipeAsync("large", 0.25);
        var pull = await PreviewedAsync(await world.RecipeAsync("small", 0.5));

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal(2, applied.Log.Split('\n').Count(line => line.StartsWith("= merge ", StringComparison.Ordinal)));
        Assert.All(["acme/small", "acme/large"], name => Assert.Equal(["v0.1.0"], world.User.Hub.Repository(name).Tags.Keys));
    }

    [Fact]
    public async Task Recipes_that_were_previewed_one_by_one_are_all_promoted()
    {
        world.Decide("requires: [preview]\n");
        await world.RecipeAsync("large", 0.25);
        var pull = world.Open(await world.RecipeAsync("small", 0.5), fork: null);
        var report = JsonDocument.Parse(await File.ReadAllTextAsync((await world.PlanAndPostAsync(pull)).Ended(0).Report, TestContext.Current.CancellationToken)).RootElement;
        string[] plans = [.. report.GetProperty("recipes").EnumerateArray().Select(recipe => recipe.GetProperty("plan").GetProperty("digest").GetString()![..8])];

        Assert.Equal(2, plans.Length);
        foreach (var plan in plans)
        {
            (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {plan}")).Run.Ended(0);
        }

        OnAnotherMachine();
        var applied = (await world.MergeAsync(pull)).Ended(0);

        Assert.Equal(2, applied.Log.Split('\n').Count(line => line.StartsWith("= merge ", StringComparison.Ordinal)));
        Assert.All(["acme/small", "acme/large"], name => Assert.Equal(["v0.1.0"], world.User.Hub.Repository(name).Tags.Keys));
    }

    private string Hash { get; set; } = "";

    private int Scorings => File.Exists(outside["scorings"]) ? File.ReadAllLines(outside["scorings"]).Length : 0;

    private Dictionary<string, string?> SettingsThatScore() => new()
    {
        [Settings] = "evaluate:\n  command: [sh, score.sh, \"{model}\", \"{results}\"]\n",
        ["score.sh"] = $"echo scored >> {outside["scorings"]}\ncat > \"$2\" <<'END'\n{Results}\nEND\n",
    };

    private Dictionary<string, string?> ToFolder(Dictionary<string, string?> files) => GitHubWorld.ToFolder(files, outside["small"]);

    private async Task<StoredPull> PreviewedAsync(Dictionary<string, string?> files, string branch = "changes")
    {
        var pull = world.Open(files, fork: null, branch: branch);
        Hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"][..8];
        (await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {Hash}")).Run.Ended(0);
        return pull;
    }

    private void OnAnotherMachine()
    {
        world.User.Set(MergeOpsHome.Variable, world.User["another/home"]);
        world.User.Set("HF_HOME", world.User["another/hf"]);
    }
}
