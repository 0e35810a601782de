using System.Text;
using System.Text.Json;
using MergeOps.Tensors;
using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Repositories whose files are not just one model in one file, from the lock to the merge.</summary>
public sealed class HubModelFilesTests : IAsyncLifetime
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: org/a
            parameters: { weight: 1 }
          - model: org/b
            parameters: { weight: 1 }
        """;

    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = await HubUser.StartAsync();

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Fact]
    public async Task Shards_without_an_index_and_an_index_of_another_name_are_merged()
    {
        Add("org/a", ("model-00001-of-00002.safetensors", Floats("x")), ("model-00002-of-00002.safetensors", Floats("y")));
        Add(
            "org/b",
            ("p.safetensors", Floats("x")),
            ("q.safetensors", Floats("y")),
            ("diffusion_pytorch_model.safetensors.index.json", Index(("x", "p.safetensors"), ("y", "q.safetensors"))));

        var run = await MergedAsync();

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("2 tensors", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Files_of_PyTorch_are_locked_by_their_places_and_merged_as_the_same_weights_in_safetensors(bool isSharded)
    {
        const int Data = 120;
        byte[] Weights(string file) => File.ReadAllBytes(Repository.Data("Torch", file));
        if (isSharded)
        {
            Add("org/a", ("pytorch_model-00001-of-00002.bin", Weights("weights-00001-of-00002.bin")), ("pytorch_model-00002-of-00002.bin", Weights("weights-00002-of-00002.bin")), ("pytorch_model.bin.index.json", Weights("weights.bin.index.json")));
        }
        else
        {
            Add("org/a", ("pytorch_model.bin", Weights("weights.bin")));
        }

        Add("org/b", ("model.safetensors", Weights("weights.safetensors")));
        var recipe = user.Recipe(Merge);
        var locked = await user.RunAsync("lock", recipe);
        Assert.True(locked.ExitCode == 0, locked.Error);
        user.Hub.ForgetRequests();
        var planned = await user.RunAsync("plan", recipe);
        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.Empty(user.Hub.Requests);

        var merged = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.Equal(Weights("weights.safetensors")[^Data..], (await File.ReadAllBytesAsync(user["merged/model.safetensors"], TestContext.Current.CancellationToken))[^Data..]);
    }

    [Fact]
    public async Task A_repository_that_lists_very_many_files_is_locked_like_any_other()
    {
        Add("org/a", [("model.safetensors", Floats("x")), .. Enumerable.Range(0, 20_000).Select(i => ($"data/{i:d6}.txt", "text"u8.ToArray()))]);
        Add("org/b", ("model.safetensors", Floats("x")));

        Assert.Equal(0, (await user.RunAsync("lock", user.Recipe(Merge))).ExitCode);
    }

    [Theory]
    [InlineData("MOPS329", "Run `hf download org/a --local-dir FOLDER`, leave the file in the folder that is the whole model", "v1.safetensors", "v2.safetensors")]
    [InlineData("MOPS332", "'model-00002-of-00002.safetensors' is missing", "model-00001-of-00002.safetensors")]
    [InlineData("MOPS331", "write 'FOLDER/unet' or 'FOLDER/vae'", "model_index.json", "unet/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.safetensors")]
    [InlineData("MOPS327", "merge_and_unload", "adapter_config.json", "adapter_model.safetensors")]
    [InlineData("MOPS223", "Use the model as transformers saves it", "original/consolidated.00.pth.txt", "consolidated.safetensors.txt", "consolidated.params")]
    [InlineData("MOPS223", "Name the model that it was made from", "model-Q8_0.gguf")]
    public async Task A_repository_that_is_not_one_model_is_refused_at_its_place_in_the_recipe(string code, string wayOut, params string[] files)
    {
        Add("org/a", [.. files.Select(file => (file, file.EndsWith(".safetensors", StringComparison.Ordinal) ? Floats("x") : "{}"u8.ToArray()))]);
        user.Llama("org/b");

        var run = await user.RunAsync("lock", user.Recipe(Merge));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"recipe.yml(3,12): error {code}:", run.Error, StringComparison.Ordinal);
        Assert.Contains(wayOut, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_under_the_name_of_a_model_is_refused_by_its_tensors()
    {
        Add("org/a", ("model.safetensors", Floats("base_model.model.h.0.lora_A.weight")));
        user.Llama("org/b");

        Assert.Contains("recipe.yml(3,12): error MOPS327:", (await user.RunAsync("lock", user.Recipe(Merge))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adapter_on_the_Hub_is_locked_with_its_digests_and_applied()
    {
        user.Llama("org/a");
        user.Llama("org/b");
        var factors = new[] { ("lora_A", new long[] { 2, 4 }), ("lora_B", [4, 2]) }.ToDictionary(
            factor => $"base_model.model.model.layers.0.self_attn.q_proj.{factor.Item1}.weight", factor => factor.Item2);
        using var local = new Planning.TemporaryModels().Adapter("lora", null, [.. factors.Select(factor => (factor.Key, DType.F32, factor.Value))]);
        Add(
            "org/lora",
            ("adapter_config.json", """{"peft_type": "LORA", "r": 2, "base_model_name_or_path": "org/a"}"""u8.ToArray()),
            ("adapter_model.safetensors", await File.ReadAllBytesAsync(Path.Combine(local.Path, "lora", "adapter_model.safetensors"), TestContext.Current.CancellationToken)),
            ("training_args.bin", "never looked at"u8.ToArray()));
        var recipe = user.Recipe(Merge.Replace("org/a", "org/a+org/lora", StringComparison.Ordinal));

        var locked = await user.RunAsync("lock", recipe);
        var text = await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken);
        user.Hub.ForgetRequests();
        var planned = await user.RunAsync("plan", recipe);
        var requests = user.Hub.Requests.Count;
        var merged = await user.RunAsync("merge", recipe, "--out", user["merged"]);
        var kept = await user.RunAsync("lock", "--check", recipe);

        Assert.True(locked.ExitCode == 0, locked.Error);
        Assert.Contains("  - kind: adapter\n    location: \"org/lora\"\n", text, StringComparison.Ordinal);
        Assert.Contains("adapter_config.json", text, StringComparison.Ordinal);
        Assert.DoesNotContain("training_args", text, StringComparison.Ordinal);
        Assert.True(planned.ExitCode == 0, planned.Error);
        Assert.Equal(0, requests);
        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.True(kept.ExitCode == 0, kept.Error);
        Assert.Contains(user.Hub.Requests, request => request.Path.Contains("adapter_model.safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_adapter_in_a_file_of_PyTorch_is_read_on_the_Hub_as_well()
    {
        var files = Directory.GetFiles(Repository.Data("Adapters", "bases", "llama"));
        Add("org/a", [.. files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]);
        Add(
            "org/lora",
            ("adapter_config.json", await File.ReadAllBytesAsync(Repository.Data("Adapters", "plain", "adapter_config.json"), TestContext.Current.CancellationToken)),
            ("adapter_model.bin", await File.ReadAllBytesAsync(Repository.Data("Adapters", "pickled", "adapter_model.bin"), TestContext.Current.CancellationToken)));
        Add("org/safe", [.. Directory.GetFiles(Repository.Data("Adapters", "plain")).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]);

        foreach (var adapter in new[] { "lora", "safe" })
        {
            var recipe = user.Recipe($"merge_method: passthrough\nmodels: [{{ model: org/a+org/{adapter} }}]\n");
            var locked = await user.RunAsync("lock", recipe);
            Assert.True(locked.ExitCode == 0, locked.Error);
            var merged = await user.RunAsync("merge", recipe, "--out", user[adapter]);
            Assert.True(merged.ExitCode == 0, merged.Error);
        }

        Assert.Equal(await File.ReadAllBytesAsync(user["safe/model.safetensors"], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(user["lora/model.safetensors"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_index_that_names_other_shards_says_what_is_there()
    {
        Add(
            "org/a",
            ("model-1-of-2.safetensors", Floats("x")),
            ("model-2-of-2.safetensors", Floats("y")),
            ("model.safetensors.index.json", Index(("x", "model-1-of-3.safetensors"), ("y", "model-2-of-3.safetensors"))));
        user.Llama("org/b");

        var run = await user.RunAsync("lock", user.Recipe(Merge));

        Assert.Contains("error MOPS322:", run.Error, StringComparison.Ordinal);
        Assert.Contains("none is there; 'model-*-of-2.safetensors' is, of another save of the model. Run `hf download org/a --local-dir FOLDER`, remove model.safetensors.index.json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_beside_shards_that_describes_another_model_is_refused_as_it_is_in_a_folder()
    {
        Add(
            "org/a",
            ("p.safetensors", Floats("x")),
            ("model.safetensors.index.json", Index(("x", "p.safetensors"))),
            ("model.safetensors", Floats("x", "z")));
        user.Llama("org/b");

        Assert.Contains("error MOPS326:", (await user.RunAsync("lock", user.Recipe(Merge))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_with_weights_is_locked_fetched_and_merged_in_its_folder()
    {
        var modules = """[{"path": "", "type": "sentence_transformers.models.Transformer"}, {"path": "2_Dense", "type": "sentence_transformers.models.Dense"}]""";
        foreach (var model in new[] { "org/a", "org/b" })
        {
            // a file of small bytes is a text too
            user.Llama(model, more: [("modules.json", modules), ("2_Dense/config.json", """{"in_features": 4}"""), ("2_Dense/model.safetensors", Encoding.UTF8.GetString(Floats("linear.weight")))]);
        }

        var run = await MergedAsync();

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["2_Dense/linear.weight"], MergeOps.Architectures.Components.Open(user["merged"], []).Tensors.Keys.Where(name => name.StartsWith("2_Dense/", StringComparison.Ordinal)));
        Assert.True(File.Exists(user["merged/2_Dense/model.safetensors"]));
        Assert.True(File.Exists(user["merged/2_Dense/config.json"]));
        Assert.Contains("2_Dense/model.safetensors", await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, (await user.RunAsync("verify", user["merged"])).ExitCode);
    }

    [Fact]
    public async Task Only_what_belongs_to_a_model_is_locked_fetched_and_copied_and_the_rest_is_told()
    {
        user.Llama(
            "org/a",
            more:
            [
                ("config.json", """{"num_hidden_layers": 2, "auto_map": {"AutoModel": "modeling_a.A"}}"""), ("modeling_a.py", "from .parts import x\n"), ("parts.py", "x = 1\n"), ("train.py", "secret\n"),
                ("generation_config.json", """{"eos_token_id": 1}"""), ("chat_template.jinja", "a"), ("trainer_state.json", "{}"), ("onnx/config.json", "{}"),
            ]);
        user.Llama("org/b", more: [("generation_config.json", """{"eos_token_id": 2}"""), ("chat_template.jinja", "b")]);

        var run = await MergedAsync();

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(
            ["chat_template.jinja", "config.json", "generation_config.json", "merge-manifest.json", "mergeops.lock.yml", "model.safetensors", "modeling_a.py", "parts.py", "tokenizer.json"],
            Directory.GetFiles(user["merged"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Contains("warning MOPS442:", run.Error, StringComparison.Ordinal);
        Assert.Contains("org/a has 'onnx/' (other forms of the weights); 'trainer_state.json' (training state); 'train.py'", run.Error, StringComparison.Ordinal);
        Assert.Contains("Other than what travels: 'chat_template.jinja' of org/b; 'generation_config.json' of org/b; 'auto_map' of org/b.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("trainer_state.json", await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_in_another_encoding_and_settings_of_any_size_hinder_no_lock()
    {
        Add(
            "org/a",
            ("model.safetensors", Floats("x")),
            ("tokenizer_config.json", Encoding.UTF8.GetBytes("{" + new string(' ', 5 << 20) + "}")),
            ("config.json", """{"auto_map": {"AutoModel": "modeling_a.A"}}"""u8.ToArray()),
            ("modeling_a.py", [.. "# caf"u8, 0xE9, .. "\nfrom .parts import x\n"u8]),
            ("parts.py", "x = 1"u8.ToArray()));
        Add("org/b", ("model.safetensors", Floats("x")));

        Assert.Equal(0, (await MergedAsync()).ExitCode);
        Assert.True(File.Exists(user["merged/parts.py"]));
        Assert.True(File.Exists(user["merged/tokenizer_config.json"]));
    }

    [Fact]
    public async Task A_local_model_and_one_on_the_Hub_are_compared_by_what_their_files_hold()
    {
        user.Llama("org/a", more: [("chat_template.jinja", "same"), ("preprocessor_config.json", """{"size": 1}""")]);
        using var local = new Planning.TemporaryModels().Llama("b", layers: 2);
        Directory.Move(Path.Combine(local.Path, "b"), user["b"]);
        await File.WriteAllTextAsync(user["b/chat_template.jinja"], "same", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(user["b/preprocessor_config.json"], """{"size": 2}""", TestContext.Current.CancellationToken);
        var recipe = user.Recipe(Merge.Replace("org/b", "./b", StringComparison.Ordinal));

        await user.RunAsync("lock", recipe);
        var run = await user.RunAsync("plan", recipe);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("Other than what travels: 'preprocessor_config.json' of ./b.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_lists_files_which_no_longer_travel_still_plans_and_checks()
    {
        using var models = new Planning.TemporaryModels().Llama("a", layers: 1).Llama("b", layers: 1);
        await File.WriteAllTextAsync(Path.Combine(models.Path, "a", "trainer_state.json"), "{}", TestContext.Current.CancellationToken);
        var recipe = models.Recipe(Merge.Replace("org/", "./", StringComparison.Ordinal));
        await user.RunAsync("lock", recipe);
        var before = (await user.RunAsync("plan", recipe)).Output;
        var path = Path.ChangeExtension(recipe, ".lock.yml");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var second = text.IndexOf("  - kind: model\n    location: \"./b\"", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            path, text.Insert(second, $"      - path: \"trainer_state.json\"\n        size: 2\n        sha256: {new string('0', 64)}\n"), TestContext.Current.CancellationToken);

        var checkedLock = await user.RunAsync("lock", "--check", recipe);

        Assert.True(checkedLock.ExitCode == 0, checkedLock.Error);
        Assert.Equal(before, (await user.RunAsync("plan", recipe)).Output);
    }

    private async Task<CommandLineRun> MergedAsync()
    {
        var recipe = user.Recipe(Merge);
        var locked = await user.RunAsync("lock", recipe);
        Assert.True(locked.ExitCode == 0, locked.Error);
        return await user.RunAsync("merge", recipe, "--out", user["merged"]);
    }

    private void Add(string name, params (string Path, byte[] Bytes)[] files) =>
        user.Hub.AddModel(name, files.Append(("config.json", "{}"u8.ToArray())).DistinctBy(file => file.Item1).ToDictionary(file => file.Item1, file => file.Item2));

    private static byte[] Floats(params string[] tensors)
    {
        var entries = tensors.Select((tensor, i) => $$"""
            "{{tensor}}":{"dtype":"F32","shape":[1],"data_offsets":[{{4 * i}},{{(4 * i) + 4}}]}
            """);
        return SafetensorsBytes.Of(Encoding.UTF8.GetBytes($"{{{string.Join(",", entries)}}}"), 4 * tensors.Length);
    }

    private static byte[] Index(params (string Tensor, string Shard)[] entries) =>
        JsonSerializer.SerializeToUtf8Bytes(new { weight_map = entries.ToDictionary(entry => entry.Tensor, entry => entry.Shard) });
}
