using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Statistics that owners published on the Hub instead of their data, in merges of the quickstart's real models.</summary>
[RunsAlone("merges")]
public sealed class HubStatisticsTests : IAsyncLifetime
{
    private const string Models = """
        merge_method: fisher
        models:
          - { model: ./past, parameters: { weight: 1 }, statistics: PAST }
          - { model: ./plurals, parameters: { weight: 1 }, statistics: PLURALS }

        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");
        foreach (var file in new[] { "past", "plurals" }.SelectMany(model => Directory.EnumerateFiles(Path.Combine(quickstart, model))).Append(Path.Combine(quickstart, "tasks", "past.validation.jsonl")))
        {
            var copy = user[Path.GetRelativePath(quickstart, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var measured = await user.RunAsync("measure", "fisher", user.Recipe(Models.Replace(", statistics: PAST", "", StringComparison.Ordinal).Replace(", statistics: PLURALS", "", StringComparison.Ordinal) + "calibration: { data: tasks/past.validation.jsonl, items: 2 }\n", "here.yml"));
        Assert.True(measured.ExitCode == 0, measured.Error);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task They_are_locked_like_weights_planned_without_the_network_and_merge_as_local_ones_do()
    {
        user.Hub.AddModel("org/statistics", Files());
        var recipe = user.Recipe(OnHub + "publish: { folder: published }\n");

        var early = await user.RunAsync("plan", recipe);
        var locked = await user.RunAsync("lock", recipe);
        user.Hub.ForgetRequests();
        var plan = await user.RunAsync("plan", recipe);
        var check = await user.RunAsync("lock", recipe, "--check");
        var requests = user.Hub.Requests.Count;
        var run = await user.RunAsync("run", recipe);
        var local = await user.RunAsync("merge", user["here.yml"], "--out", user["local"]);

        Assert.Equal(1, early.ExitCode);
        Assert.Contains("error MOPS220", early.Error, StringComparison.Ordinal);
        Assert.True(locked.ExitCode == 0, locked.Error);
        Assert.Contains("  - kind: statistics\n    location: \"hf://org/statistics@main/past.fisher.safetensors\"\n    commit: ", await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (plan.ExitCode, check.ExitCode, requests));
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(local.ExitCode == 0, local.Error);
        Assert.Equal(File.ReadAllBytes(user["local/model.safetensors"]), File.ReadAllBytes(user["published/0.1.0/model.safetensors"]));

        // whoever has the publication plans and merges it again: what the lock names travels with it
        Directory.Delete(user[".locks"], recursive: true);
        var verified = await user.RunAsync("verify", user["published/0.1.0"], "--rebuild", "--models", user.Path);
        Assert.True(verified.ExitCode == 0, verified.Error);
    }

    [Fact]
    public async Task Each_model_on_the_Hub_is_measured_with_its_own_tokenizer_though_the_output_takes_that_of_the_first()
    {
        foreach (var model in new[] { "past", "plurals" })
        {
            user.Hub.AddModel($"org/{model}", Directory.EnumerateFiles(user[model]).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes));
        }

        var recipe = user.Recipe("""
            merge_method: fisher
            models:
              - { model: org/past, parameters: { weight: 1 } }
              - { model: org/plurals, parameters: { weight: 1 } }
            calibration: { data: tasks/past.validation.jsonl, items: 2 }

            """);
        var locked = await user.RunAsync("lock", recipe);
        Assert.True(locked.ExitCode == 0, locked.Error);
        var pinned = await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken);

        var measured = await user.RunAsync("measure", "fisher", recipe);

        Assert.True(measured.ExitCode == 0, measured.Error);
        Assert.Equal(1, pinned.Split("path: \"tokenizer.json\"").Length - 1);
        Assert.Equal(pinned, await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken));
        Assert.Equal(NumbersOf("here.statistics/past.fisher.safetensors"), NumbersOf("recipe.statistics/org-past.fisher.safetensors"));
        Assert.Equal(NumbersOf("here.statistics/plurals.fisher.safetensors"), NumbersOf("recipe.statistics/org-plurals.fisher.safetensors"));

        // other weights than the locked ones are not measured
        var other = pinned.Replace(pinned.Split("path: \"model.safetensors\"")[2].Split("sha256: ")[1][..8], "01234567", StringComparison.Ordinal);
        await File.WriteAllTextAsync(user["recipe.lock.yml"], other, TestContext.Current.CancellationToken);
        Assert.Contains("error MOPS202", (await user.RunAsync("measure", "fisher", recipe)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_ones_are_found_before_anything_is_merged()
    {
        var files = Files();
        files["past.fisher.safetensors"][^2] ^= 1;
        user.Hub.AddModel("org/statistics", files);
        var recipe = user.Recipe(OnHub);
        await user.RunAsync("lock", recipe);

        var merge = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.Equal(1, merge.ExitCode);
        Assert.Contains("error MOPS270", merge.Error, StringComparison.Ordinal);
        Assert.Contains("hf://org/statistics@main/past.fisher.safetensors", merge.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(user["merged"]));
    }

    [Fact]
    public async Task Those_of_another_model_are_refused_when_the_merge_is_planned()
    {
        user.Hub.AddModel("org/statistics", Files());
        var recipe = user.Recipe(OnHub.Replace("past.fisher", "plurals.fisher", StringComparison.Ordinal));
        await user.RunAsync("lock", recipe);

        var plan = await user.RunAsync("plan", recipe);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("error MOPS272", plan.Error, StringComparison.Ordinal);
    }

    private static string OnHub => Models
        .Replace("PAST", "hf://org/statistics@main/past.fisher.safetensors", StringComparison.Ordinal)
        .Replace("PLURALS", "hf://org/statistics@main/plurals.fisher.safetensors", StringComparison.Ordinal);

    private Dictionary<string, byte[]> Files() => Directory.EnumerateFiles(user["here.statistics"]).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);

    // what follows the header of a safetensors file
    private byte[] NumbersOf(string path) => File.ReadAllBytes(user[path]) is var bytes ? bytes[(8 + (int)BitConverter.ToInt64(bytes))..] : [];
}
