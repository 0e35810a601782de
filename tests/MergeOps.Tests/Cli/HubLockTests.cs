using System.Security.Cryptography;
using System.Text;
using MergeOps.TestHub.Storage;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class HubLockTests : IAsyncLifetime
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: org/base
        models:
          - model: org/one
            parameters: { weight: 0.5 }
          - model: org/two@main
            parameters: { weight: 0.5 }
        """;

    private HubUser user = null!;

    private string Lock => user["recipe.lock.yml"];

    public async ValueTask InitializeAsync() => user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one").Llama("org/two");

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task A_plan_without_a_lock_says_what_to_run()
    {
        var recipe = user.Recipe(Merge);

        var run = await user.RunAsync("plan", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error MOPS220: The recipe has no lock. 'org/base' is on the Hub", run.Error, StringComparison.Ordinal);
        Assert.Contains($"Run `mergeops lock {recipe}`", run.Error, StringComparison.Ordinal);
        Assert.Empty(user.Hub.Requests);
    }

    [Fact]
    public async Task A_lock_pins_commits_sizes_and_digests_and_reads_no_weights()
    {
        var run = await user.RunAsync("lock", user.Recipe(Merge));

        Assert.Equal($"{Lock}: 3 models, 7 files locked\n", run.Error);
        Assert.Equal(0, run.ExitCode);
        var text = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        Assert.Contains($"  - kind: model\n    location: \"org/two@main\"\n    commit: {user.Hub.Repository("org/two").Head.Id}\n", text, StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(user[".locks"]).Length);
        Assert.False(Directory.Exists(user.Cache));
    }

    [Fact]
    public async Task A_locked_plan_needs_no_network_and_is_the_same_after_the_download()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        user.Hub.ForgetRequests();

        var before = await user.RunAsync("plan", recipe, "--format", "json");
        var explained = await user.RunAsync("explain", recipe, "model.norm.weight");
        Assert.Empty(user.Hub.Requests);
        var merged = await user.RunAsync("merge", recipe, "--out", user["merged"]);
        var after = await user.RunAsync("plan", recipe, "--format", "json");

        Assert.Equal((0, ""), (before.ExitCode, before.Error));
        Assert.Equal((0, 0), (explained.ExitCode, merged.ExitCode));
        Assert.Equal(before.Output, after.Output);
        Assert.True(File.Exists(user["merged/model.safetensors"]));
        Assert.True(File.Exists(user["merged/tokenizer.json"]));
    }

    [Fact]
    public async Task Only_the_files_that_the_plan_needs_are_fetched()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);

        var run = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.Contains("✓ fetch     4 files,", run.Error, StringComparison.Ordinal);
        var fetched = Directory.GetFiles(user.Cache, "*", SearchOption.AllDirectories)
            .Select(path => path.Replace('\\', '/'))
            .Where(path => path.Contains("snapshots", StringComparison.Ordinal))
            .Select(path => string.Join('/', path.Split('/')[^1], path.Split('/')[^4]))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            ["model.safetensors/models--org--base", "model.safetensors/models--org--one", "model.safetensors/models--org--two", "tokenizer.json/models--org--base"],
            fetched);
    }

    [Fact]
    public async Task A_moved_head_changes_nothing_until_the_lock_is_upgraded()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        var before = (await user.RunAsync("plan", recipe, "--format", "json")).Output;
        var was = user.Hub.Repository("org/base").Head.Id;
        var now = user.Hub.Repository("org/base").Push("other tokenizer", new Dictionary<string, byte[]?> { ["tokenizer.json"] = "{}"u8.ToArray() }).Id;

        var again = await user.RunAsync("lock", recipe);
        var checkedLock = await user.RunAsync("lock", "--check", recipe);
        var upgraded = await user.RunAsync("lock", "--upgrade", recipe);

        Assert.Contains("unchanged", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, checkedLock.ExitCode);
        Assert.NotEqual(before, (await user.RunAsync("plan", recipe, "--format", "json")).Output);
        Assert.Equal(
            $"{Lock}: 3 models, 7 files locked\n  ~ org/base: {was[..12]} → {now[..12]}, other tokenizer.json\n", upgraded.Error);
    }

    [Fact]
    public async Task One_model_alone_can_move_on()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        foreach (var name in new[] { "org/one", "org/two" })
        {
            user.Hub.Repository(name).Push("news", new Dictionary<string, byte[]?> { ["news.txt"] = "news"u8.ToArray() });
        }

        var upgraded = await user.RunAsync("lock", recipe, "--upgrade", "org/two");
        var unknown = await user.RunAsync("lock", recipe, "--upgrade", "org/tow");

        Assert.Contains("~ org/two@main:", upgraded.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("org/one", upgraded.Error, StringComparison.Ordinal);
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("error MOPS229:", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_that_grew_disagrees_with_its_lock()
    {
        await user.RunAsync("lock", user.Recipe(Merge));
        user.Llama("org/three");
        var recipe = user.Recipe(Merge + "\n  - model: org/three\n    parameters: { weight: 0.1 }\n");

        var run = await user.RunAsync("lock", "--check", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'org/three' is in the recipe, but not in the lock", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_or_damaged_facts_are_noticed_and_taken_again()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        var before = (await user.RunAsync("plan", recipe)).Output;
        var metadata = Directory.GetFiles(user[".locks"]);
        await File.WriteAllTextAsync(metadata[0], File.ReadAllText(metadata[0])[..^20], TestContext.Current.CancellationToken);
        File.Delete(metadata[1]);

        var broken = await user.RunAsync("plan", recipe);
        File.Delete(metadata[0]);
        var lost = await user.RunAsync("plan", recipe);
        await user.RunAsync("lock", recipe);

        Assert.Contains("error MOPS221:", broken.Error, StringComparison.Ordinal);
        Assert.Contains("error MOPS222:", lost.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await user.RunAsync("plan", recipe)).Output);
    }

    [Fact]
    public async Task Line_ends_of_Windows_change_neither_lock_nor_facts()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        var before = await user.RunAsync("plan", recipe);
        foreach (var file in Directory.GetFiles(user[".locks"]).Append(Lock))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(file, text.Replace("\n", "\r\n", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        }

        Assert.Equal(before, await user.RunAsync("plan", recipe));
    }

    [Fact]
    public async Task Without_the_network_a_lock_is_made_from_the_cache()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        await user.RunAsync("merge", recipe, "--out", user["merged"]);
        File.Delete(Lock);
        Directory.Delete(user[".locks"], recursive: true);
        user.Hub.ForgetRequests();

        var run = await user.RunAsync("lock", "--offline", recipe);
        var again = await user.RunAsync("merge", recipe, "--out", user["again"]);

        Assert.Equal((0, 0), (run.ExitCode, again.ExitCode));
        Assert.Empty(user.Hub.Requests);
        Assert.Contains($"commit: {user.Hub.Repository("org/one").Head.Id}", await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cache_lacks_cannot_be_locked_without_the_network()
    {
        var run = await user.RunAsync("lock", "--offline", user.Recipe(Merge));

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("recipe.yml(2,13): error MOPS250: A file is not in the cache. The cache lacks 'org/base' at 'main'.", run.Error, StringComparison.Ordinal);
        Assert.Empty(user.Hub.Requests);
    }

    [Fact]
    public async Task A_facts_file_that_lies_about_the_weights_is_found_out_before_the_merge()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        var metadata = Directory.GetFiles(user[".locks"])[0];
        var lie = (await File.ReadAllTextAsync(metadata, TestContext.Current.CancellationToken))
            .Replace("model.layers.0", "model.layers.X", StringComparison.Ordinal)
            .Replace("model.layers.1", "model.layers.0", StringComparison.Ordinal)
            .Replace("model.layers.X", "model.layers.1", StringComparison.Ordinal);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lie)));
        File.Move(metadata, user[$".locks/{digest}.json"]);
        await File.WriteAllTextAsync(user[$".locks/{digest}.json"], lie, TestContext.Current.CancellationToken);
        var text = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Lock, text.Replace(Path.GetFileNameWithoutExtension(metadata), digest, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var run = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.Equal(0, (await user.RunAsync("plan", recipe)).ExitCode);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS224: A file differs from the lock. Its header is not the one in the metadata file", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(user["merged"]));
    }

    [Theory]
    [InlineData("pytorch_model.bin", "PK\x3\x4", "MOPS339: Invalid PyTorch file. It has no directory")]
    [InlineData("pytorch_model.bin", "version https://git-lfs", "MOPS339: Invalid PyTorch file. This is a git-lfs pointer")]
    [InlineData("model.pkl", "x", "MOPS223: A model on the Hub has no safetensors. 'org/old': It holds 'model.pkl'")]
    public async Task A_model_of_files_that_cannot_be_read_as_data_is_refused(string file, string content, string refusal)
    {
        user.Hub.AddModel("org/old", new Dictionary<string, byte[]> { [file] = Encoding.ASCII.GetBytes(content), ["config.json"] = "{}"u8.ToArray() });

        var run = await user.RunAsync("lock", user.Recipe(Merge.Replace("org/one", "org/old", StringComparison.Ordinal)));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error {refusal}", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Lock));
    }

    [Fact]
    public async Task A_pull_request_with_safetensors_is_named()
    {
        var weights = await File.ReadAllBytesAsync(Repository.Data("Torch", "weights.safetensors"), TestContext.Current.CancellationToken);
        user.Hub.AddModel("org/old", new Dictionary<string, byte[]> { ["model.safetensors"] = weights, ["config.json"] = "{}"u8.ToArray() });
        var old = user.Hub.Repository("org/old");
        var converted = old.Head;
        old.Push("only pickles", new Dictionary<string, byte[]?> { ["model.safetensors"] = null, ["pytorch_model.bin"] = await File.ReadAllBytesAsync(Repository.Data("Torch", "weights.bin"), TestContext.Current.CancellationToken) });
        old.PullRequests[1] = new PullRequest(1, "Adding `safetensors` variant of this model", "SFconvertbot", "main", converted);
        const string asked = "merge_method: passthrough\nmodels: [{ model: org/old }]\n";

        var pickled = await user.RunAsync("lock", user.Recipe(asked));
        var safe = await user.RunAsync("lock", user.Recipe(asked.Replace("org/old", "org/old@refs/pr/1", StringComparison.Ordinal)));

        Assert.True(pickled.ExitCode == 0, pickled.Error);
        Assert.Contains("note MOPS223: A model on the Hub has no safetensors. It is read from PyTorch files, as data. Its revision refs/pr/1 has safetensors: write org/old@refs/pr/1 to use that.", pickled.Error, StringComparison.Ordinal);
        Assert.True(safe.ExitCode == 0, safe.Error);
        Assert.DoesNotContain("MOPS223", safe.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_does_nothing_and_asks_nobody()
    {
        var recipe = user.Recipe(Merge + "\npublish: { folder: published }");
        var first = await user.RunAsync("run", recipe);
        await user.Hub.DisposeAsync();

        var second = await user.RunAsync("run", recipe);

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("Nothing to do: version 0.1.0 was published from this recipe.", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_fetched_once_is_merged_again_without_the_network()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        await user.RunAsync("merge", recipe, "--out", user["first"]);
        await user.Hub.DisposeAsync();
        user.Set("HF_HUB_OFFLINE", "1");

        var run = await user.RunAsync("merge", recipe, "--out", user["second"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("= fetch     4 files in the cache", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_file_that_is_not_the_locked_one_is_refused_by_its_digest()
    {
        using var models = new Planning.TemporaryModels().Llama("base", 1).Llama("one", 1);
        var recipe = models.Recipe("merge_method: linear\nmodels:\n  - { model: ./base, parameters: { weight: 1 } }\n  - { model: ./one, parameters: { weight: 1 } }\n");
        await user.RunAsync("lock", recipe);
        var shard = Path.Combine(models.Path, "one", "model.safetensors");
        var bytes = await File.ReadAllBytesAsync(shard, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(shard, bytes, TestContext.Current.CancellationToken);

        var run = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{shard}: error MOPS224:", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(user["merged"]));
    }
}
