using MergeOps.TestHub.Models;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The recipes of published articles, unmodified, over a Hub with small models under the names that they use.</summary>
public sealed class HubRecipesTests : IAsyncLifetime
{
    private static readonly string Articles = Path.Combine(Repository.Shared, "recipes");

    private static readonly string[] Models =
    [
        "meta-llama/Llama-3.1-8B-Instruct", "NousResearch/Hermes-3-Llama-3.1-8B", "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "model1", "model2",
    ];

    private HubUser user = null!;

    public async ValueTask InitializeAsync()
    {
        user = await HubUser.StartAsync();
        foreach (var (name, seed) in Models.Select((name, seed) => (name, seed)))
        {
            user.Hub.AddSmallModel(name, seed: seed);
        }
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task Every_recipe_of_an_article_runs_from_lock_to_publication()
    {
        Assert.SkipUnless(Directory.Exists(Articles), "the shared test data is not here");

        user.Set("HF_TOKEN", user.Hub.Token);
        foreach (var article in Directory.EnumerateFiles(Articles, "*.yml").Order(StringComparer.Ordinal))
        {
            var recipe = user.Recipe(await File.ReadAllTextAsync(article, TestContext.Current.CancellationToken), Path.GetFileName(article));
            var target = $"hub:tester/{Path.GetFileNameWithoutExtension(article)}";

            var first = await user.RunAsync("run", recipe, "--to", target);
            var second = await user.RunAsync("run", recipe, "--to", target);

            Assert.True(first.ExitCode == 0, first.Error);
            Assert.Contains("✓ merge ", first.Error, StringComparison.Ordinal);
            Assert.True(second.ExitCode == 0, second.Error);
            Assert.Contains("Nothing to do:", second.Error, StringComparison.Ordinal);
            Assert.Contains(user.Hub.Repository(target[4..]).Tags.Keys, tag => tag.EndsWith("0.1.0", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Models_of_the_Hub_are_measured_beside_their_merge_and_then_remembered()
    {
        await File.WriteAllTextAsync(user["letters.jsonl"], """{"prompt": "a", "answer": "b"}""" + "\n", TestContext.Current.CancellationToken);
        var recipe = user.Recipe("""
            merge_method: linear
            models:
              - { model: model1, parameters: { weight: 1 } }
              - { model: model2, parameters: { weight: 1 } }
            evaluate:
              tasks:
                - { name: letters, data: letters.jsonl }
            """);

        var first = await user.RunAsync("run", recipe);
        await user.Hub.DisposeAsync();
        var second = await user.RunAsync("run", recipe);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("✓ evaluate  4 models on 1 task (1 item)", first.Error, StringComparison.Ordinal);
        Assert.Contains("= evaluate  evaluated before", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
    }

    /// <summary>What is remembered needs no weights: the cache of the Hub is gone, and nobody asks for it.</summary>
    [Fact]
    public async Task A_model_of_the_Hub_whose_scores_are_remembered_is_not_fetched_again()
    {
        await File.WriteAllTextAsync(user["letters.jsonl"], """{"prompt": "a", "answer": "b"}""" + "\n", TestContext.Current.CancellationToken);
        const string Recipe = """
            merge_method: linear
            models:
              - { model: model1, parameters: { weight: 1 } }
              - { model: model2, parameters: { weight: 1 } }
            evaluate:
              tasks:
                - { name: letters, data: DATA }
            """;
        var recipe = user.Recipe(Recipe.Replace("DATA", "letters.jsonl", StringComparison.Ordinal));
        var merged = await user.RunAsync("run", recipe, "--to", $"folder:{user["published"]}");
        var model = Directory.EnumerateFiles(user["home"], "merge-manifest.json", SearchOption.AllDirectories).Select(Path.GetDirectoryName).First()!;
        var first = await user.RunAsync("evaluate", recipe, "--model", model);
        Directory.Delete(user.Cache, recursive: true);
        user.Hub.ForgetRequests();

        var again = await user.RunAsync("evaluate", recipe, "--model", model);

        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(first.Output, again.Output);
        Assert.DoesNotContain("fetch", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(user.Hub.Requests, request => request.Path.Contains("safetensors", StringComparison.Ordinal));

        // other data: the scores are missing, and so are the weights
        await File.WriteAllTextAsync(user["more.jsonl"], """{"prompt": "c", "answer": "d"}""" + "\n", TestContext.Current.CancellationToken);
        var more = await user.RunAsync("evaluate", user.Recipe(Recipe.Replace("DATA", "more.jsonl", StringComparison.Ordinal)), "--model", model);

        Assert.True(more.ExitCode == 0, more.Error);
        Assert.Contains(user.Hub.Requests, request => request.Path.Contains("safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_of_141_GB_is_locked_from_a_few_megabytes_and_planned_without_the_Hub()
    {
        user.Hub.AddSparseModel("org/large");
        user.Hub.AddSparseModel("org/larger");
        var recipe = user.Recipe("merge_method: linear\nmodels:\n  - { model: org/large, parameters: { weight: 1 } }\n  - { model: org/larger, parameters: { weight: 1 } }\n");

        var locked = await user.RunAsync("lock", recipe);
        var sent = user.Hub.Requests.Sum(request => request.BytesSent);
        var before = await user.RunAsync("plan", recipe);
        await user.Hub.DisposeAsync();
        var after = await user.RunAsync("plan", recipe);

        Assert.True(locked.ExitCode == 0, locked.Error);
        Assert.InRange(sent, 1, 2 * 20_000_000);
        Assert.Contains("282 GB", before.Output, StringComparison.Ordinal);
        Assert.Equal(before, after);
        Assert.All(Directory.GetFiles(user[".locks"]), file => Assert.InRange(new FileInfo(file).Length, 1, 100_000));
    }

    [Fact]
    public async Task The_facts_of_a_model_of_8_billion_numbers_take_some_thirty_kilobytes()
    {
        user.Hub.AddSparseModel("org/8b", new LlamaShape(32, 4096, 14336, 32, 8, 128256));

        await user.RunAsync("lock", user.Recipe("merge_method: linear\nmodels:\n  - { model: org/8b, parameters: { weight: 1 } }\n"));

        Assert.InRange(new FileInfo(Assert.Single(Directory.GetFiles(user[".locks"]))).Length, 10_000, 40_000);
    }
}
