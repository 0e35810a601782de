using MergeOps.Tensors;
using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Merging;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Mixtures of experts whose dense models lie on the Hub.</summary>
public sealed class HubMixtureTests : IAsyncLifetime
{
    private const string Mixture = """
        merge_method: moe
        base_model: BASE
        gate_mode: cheap_embed
        experts:
          - source_model: ONE
            positive_prompts: ["<x>", "<x><x>"]
          - source_model: OTHER
            positive_prompts: ["<y>"]
            negative_prompts: ["<x><y>"]
        """;

    private static readonly string[] Words = ["the", "quick", "brown", "lazy", "dog"];

    private readonly TemporaryModels models = new();
    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = await HubUser.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await user.DisposeAsync();
        models.Dispose();
    }

    [Fact]
    public async Task The_lock_keeps_the_tokens_of_prompts_so_that_a_plan_needs_no_tokenizer()
    {
        foreach (var name in new[] { "base", "one", "other" })
        {
            Dense(name);
            user.Hub.AddModel($"org/{name}", Directory.EnumerateFiles(Path.Combine(models.Path, name)).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));
        }

        var local = models.Recipe(Of("./base", "./one", "./other"));
        var recipe = user.Recipe(Of("org/base", "org/one", "org/other"));
        var locked = await user.RunAsync("lock", recipe);
        user.Hub.ForgetRequests();
        var planned = await user.RunAsync("plan", recipe);
        var asked = user.Hub.Requests.Count;
        var merged = await user.RunAsync("merge", recipe, "--out", user["merged"]);
        var here = await user.RunAsync("merge", local, "--out", user["here"]);

        Assert.True(locked.ExitCode == 0, locked.Error);
        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.Equal(0, asked);
        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.True(here.ExitCode == 0, here.Error);
        Assert.Equal(Bytes("here"), Bytes("merged"));

        await File.WriteAllTextAsync(recipe, Of("org/base", "org/one", "org/other").Replace("<x><y>", "<y><x>", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var changed = await user.RunAsync("plan", recipe);

        Assert.Contains("error MOPS479", changed.Error, StringComparison.Ordinal);
        Assert.Contains("the tokens of the prompt '<s><y><x>'", changed.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await user.RunAsync("lock", recipe)).ExitCode);
        Assert.Equal(0, (await user.RunAsync("plan", recipe)).ExitCode);
    }

    private static string Of(string from, string one, string other) =>
        Mixture.Replace("BASE", from, StringComparison.Ordinal).Replace("ONE", one, StringComparison.Ordinal).Replace("OTHER", other, StringComparison.Ordinal);

    private byte[] Bytes(string output) => File.ReadAllBytes(Path.Combine(user[output], ModelFileNames.Weights));

    private void Dense(string name)
    {
        var tensors = new Dictionary<string, long[]>
        {
            ["model.embed_tokens.weight"] = [8, 4],
            ["model.layers.0.mlp.gate_proj.weight"] = [6, 4],
            ["model.layers.0.mlp.up_proj.weight"] = [6, 4],
            ["model.layers.0.mlp.down_proj.weight"] = [4, 6],
            ["model.norm.weight"] = [4],
        };
        models.Model(name, tensors, config: """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4, "intermediate_size": 6, "num_hidden_layers": 1,
            "num_attention_heads": 2, "vocab_size": 8, "tie_word_embeddings": true}
            """);
        foreach (var (tensor, shape) in tensors)
        {
            models.Poke(name, tensor, 0, SmallModels.Random(DType.F32, shape, name.Length + tensor.Length));
        }

        models.File(name, ModelFileNames.Tokenizer, TokenizerFixture.Json(Words, "<s>", "<x>", "<y>")).File(name, ModelFileNames.TokenizerConfig, """{"bos_token": "<s>"}""");
    }
}
