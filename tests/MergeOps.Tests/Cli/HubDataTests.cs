using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Items that lie in a data set on the Hub, measured on the quickstart's real models.</summary>
public sealed class HubDataTests : IAsyncLifetime
{
    private const string Address = "hf://datasets/org/grammar@main/data/past.jsonl";

    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");
        foreach (var file in new[] { "base", "past", "plurals" }.SelectMany(model => Directory.EnumerateFiles(Path.Combine(quickstart, model))))
        {
            var copy = user[Path.GetRelativePath(quickstart, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        user.Hub.AddDataset("org/grammar", new Dictionary<string, byte[]>
        {
            ["data/past.jsonl"] = Items("past.test"),
            ["data/past.validation.jsonl"] = Items("past.validation"),
            ["README.md"] = "# Grammar\n"u8.ToArray(),
        });
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task Items_are_locked_like_a_model_fetched_once_and_scored()
    {
        var recipe = Recipe(Address);

        var locked = await user.RunAsync("lock", recipe);
        var text = await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken);
        var run = await user.RunAsync("run", recipe);
        user.Hub.ForgetRequests();
        var again = await user.RunAsync("run", recipe);

        Assert.Equal(0, locked.ExitCode);
        Assert.Contains(
            $"  - kind: dataset\n    location: \"{Address}\"\n    commit: {user.Hub.Repository("datasets/org/grammar").Head.Id}\n    files:\n      - path: \"data/past.jsonl\"\n        size: {Items("past.test").Length}\n        git: ",
            text,
            StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 data file", run.Error, StringComparison.Ordinal);
        Assert.Contains("past", run.Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(user.Cache, "datasets--org--grammar", "snapshots")));
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("evaluated before", again.Error, StringComparison.Ordinal);
        Assert.Empty(user.Hub.Requests);
    }

    [Fact]
    public async Task Calibration_data_are_locked_and_fetched_when_models_are_measured_and_no_merge_needs_them()
    {
        await File.WriteAllTextAsync(
            user["recipe.yml"],
            $"merge_method: linear\nmodels: [{{ model: ./past, parameters: {{ weight: 1 }} }}, {{ model: ./plurals, parameters: {{ weight: 1 }} }}]\ncalibration: {{ data: {Address}, items: 2 }}\n",
            TestContext.Current.CancellationToken);
        var early = await user.RunAsync("measure", "activation", user["recipe.yml"]);
        await user.RunAsync("lock", user["recipe.yml"]);
        user.Hub.ForgetRequests();

        var merge = await user.RunAsync("merge", user["recipe.yml"], "--out", user["merged"]);
        var requests = user.Hub.Requests.Count;
        var measured = await user.RunAsync("measure", "activation", user["recipe.yml"]);

        Assert.Equal(1, early.ExitCode);
        Assert.Contains("error MOPS220", early.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0), (merge.ExitCode, requests));
        Assert.True(measured.ExitCode == 0, measured.Error);
        Assert.Contains("1 data file", measured.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(user["recipe.statistics/past.activation.safetensors"]));
    }

    [Fact]
    public async Task A_plan_and_a_check_need_neither_the_network_nor_the_items()
    {
        var recipe = Recipe(Address);
        await user.RunAsync("lock", recipe);
        user.Hub.ForgetRequests();

        var plan = await user.RunAsync("plan", recipe);
        var check = await user.RunAsync("lock", recipe, "--check");

        Assert.Equal((0, 0), (plan.ExitCode, check.ExitCode));
        Assert.Contains("note MOPS248", plan.Error, StringComparison.Ordinal);
        Assert.Empty(user.Hub.Requests);
    }

    [Fact]
    public async Task Without_the_network_what_is_in_the_cache_is_read_and_what_is_not_is_named()
    {
        var recipe = Recipe(Address);
        await user.RunAsync("lock", recipe);
        user.Set("HF_HUB_OFFLINE", "1");
        var lacking = await user.RunAsync("run", recipe);
        user.Set("HF_HUB_OFFLINE", null);
        await user.RunAsync("run", recipe);
        user.Set("HF_HUB_OFFLINE", "1");
        var cached = await user.RunAsync("run", recipe);

        Assert.Equal(3, lacking.ExitCode);
        Assert.Contains("the cache lacks 'data/past.jsonl' of 'datasets/org/grammar'", lacking.Error, StringComparison.Ordinal);
        Assert.Equal(0, cached.ExitCode);
    }

    [Fact]
    public async Task A_data_set_that_moved_on_is_read_as_it_was_locked_and_drift_tells_only_of_other_items()
    {
        var recipe = Recipe(Address);
        await user.RunAsync("lock", recipe);
        user.Hub.Repository("datasets/org/grammar").Push("card", new Dictionary<string, byte[]?> { ["README.md"] = "# New\n"u8.ToArray() });
        var same = await user.RunAsync("drift", recipe);
        user.Hub.Repository("datasets/org/grammar").Push("items", new Dictionary<string, byte[]?> { ["data/past.jsonl"] = "{}\n"u8.ToArray() });
        var moved = await user.RunAsync("drift", recipe);
        var run = await user.RunAsync("run", recipe);
        var upgraded = await user.RunAsync("lock", recipe, "--upgrade");
        var broken = await user.RunAsync("run", recipe);

        Assert.Equal((0, 4), (same.ExitCode, moved.ExitCode));
        Assert.Contains($"'{Address}' is at ", moved.Output + moved.Error, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"~ {Address}: ", upgraded.Error, StringComparison.Ordinal);
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains($"{Address}(1,1)", broken.Error, StringComparison.Ordinal);
        Assert.Contains("error MOPS604: Invalid task item. The item has no 'prompt'.", broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_items_in_the_cache_are_fetched_again()
    {
        var recipe = Recipe(Address);
        await user.RunAsync("run", recipe);
        var blob = Assert.Single(Directory.EnumerateFiles(Path.Combine(user.Cache, "datasets--org--grammar", "blobs")));
        await File.WriteAllBytesAsync(blob, [.. Items("past.test").Reverse()], TestContext.Current.CancellationToken);
        Directory.Delete(user["home"], recursive: true);

        var run = await user.RunAsync("run", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Items("past.test"), await File.ReadAllBytesAsync(blob, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("hf://datasets/org/grammar", "MOPS247", "names a whole repository")]
    [InlineData("hf://datasets/org/gram--mar/x.jsonl", "MOPS247", "is not a valid name on the Hub")]
    [InlineData("https://huggingface.co/datasets/org/grammar/blob/main/data/past.jsonl", "MOPS247", "Write 'hf://datasets/org/grammar@main/data/past.jsonl'")]
    [InlineData("hf://datasets/org/grammar/tasks/past.yaml", "MOPS619", "Put task files beside the recipe")]
    public async Task What_is_no_address_is_refused_before_anything_is_fetched(string address, string code, string why)
    {
        var run = await user.RunAsync("validate", Recipe(address));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error {code}:", run.Output, StringComparison.Ordinal);
        Assert.Contains(why, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hf://datasets/org/grammar/data/pats.jsonl", "MOPS245", "has no file 'data/pats.jsonl'. Did you mean 'data/past.jsonl'?")]
    [InlineData("hf://datasets/org/grammar@other/data/past.jsonl", "MOPS244", "has no branch, tag or commit 'other'")]
    [InlineData("hf://datasets/org/absent/data/past.jsonl", "MOPS240", "'datasets/org/absent' does not exist")]
    [InlineData("hf://org/grammar/data/past.jsonl", "MOPS240", "'org/grammar' does not exist")]
    [InlineData("hf://dataset/org/grammar/data/past.jsonl", "MOPS240", "If it is a data set, write hf://datasets/org/grammar/data/past.jsonl.")]
    public async Task What_is_not_there_is_named_at_its_place_in_the_recipe(string address, string code, string why)
    {
        var run = await user.RunAsync("lock", Recipe(address));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("recipe.yml(8,27): ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"error {code}:", run.Error, StringComparison.Ordinal);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cache_lists_checks_and_removes_data_sets_too()
    {
        await user.RunAsync("run", Recipe(Address));

        var list = await user.RunAsync("cache", "ls");
        var verify = await user.RunAsync("cache", "verify", "datasets/org/grammar");

        Assert.Contains("datasets/org/grammar@", list.Output, StringComparison.Ordinal);
        Assert.Contains("0 models, 1 data set, ", list.Error, StringComparison.Ordinal);
        Assert.Equal(0, verify.ExitCode);
    }

    [Fact]
    public async Task A_search_takes_its_validation_items_from_the_hub()
    {
        var recipe = user.Recipe($$"""
            merge_method: task_arithmetic
            base_model: ./base
            models: [{ model: ./past, parameters: { weight: 1 } }, { model: ./plurals, parameters: { weight: 1 } }]
            evaluate: { tasks: [{ name: past, data: "{{Address}}" }] }
            search:
              parameters: [{ parameter: lambda, from: 0.2, to: 1 }]
              objective: { metric: mean.accuracy, tasks: [{ name: past, data: "hf://datasets/org/grammar/data/past.validation.jsonl" }] }
              searcher: grid
              evaluations: 2
            """);

        var search = await user.RunAsync("search", recipe);
        var plan = await user.RunAsync("plan", recipe);

        Assert.Equal("", search.ExitCode == 0 ? "" : search.Error);
        Assert.Equal("", plan.ExitCode == 0 ? "" : plan.Error);
    }

    private static byte[] Items(string name) => File.ReadAllBytes(Path.Combine(Repository.Root, "recipes", "quickstart", "tasks", $"{name}.jsonl"));

    private string Recipe(string data) => user.Recipe($$"""
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - { model: ./past, parameters: { weight: 0.6 } }
          - { model: ./plurals, parameters: { weight: 0.6 } }
        evaluate:
          tasks:
            - { name: past, data: "{{data}}" }
        """);
}
