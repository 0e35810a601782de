using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>
/// Merges of models with adapters. The adapters of <c>Data/Adapters</c> were saved by PEFT, and the expected numbers are what
/// PEFT itself makes of them (<c>merge_and_unload</c>); the program beside them wrote both.
/// </summary>
public sealed class AdapterMergeTests : AdapterTests
{
    [Theory]
    [InlineData("plain", "llama")]
    [InlineData("rank_stabilized", "llama")]
    [InlineData("patterns", "llama")]
    [InlineData("layers", "llama")]
    [InlineData("dora", "llama")]
    [InlineData("embeddings", "llama")]
    [InlineData("embeddings_dora", "llama")]
    [InlineData("tied_both", "llama_tied")]
    [InlineData("turned", "gpt2")]
    [InlineData("turned_dora", "gpt2")]
    [InlineData("biases", "bert")]
    [InlineData("own_biases", "bert")]
    [InlineData("convolutions", "convs")]
    [InlineData("convolutions_dora", "convs")]
    public void A_model_with_an_adapter_is_what_PEFT_makes_of_it(string adapter, string model)
    {
        Merge(Passthrough($"{Base(model)}+{Data(adapter)}"), "out");

        RequireEffect("out", Base(model), Data(adapter));
    }

    [Fact]
    public void A_file_of_PyTorch_is_read_like_the_safetensors_of_the_same_adapter()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Models.Path, "pickled")).FullName;
        File.Copy(Data("pickled", "adapter_model.bin"), Path.Combine(folder, "adapter_model.bin"));
        File.Copy(Data("plain", "adapter_config.json"), Path.Combine(folder, "adapter_config.json"));

        Merge(Passthrough($"{Base("llama")}+./pickled"), "out");
        Merge(Passthrough($"{Base("llama")}+./pickled/adapter_model.bin"), "file");

        RequireEffect("out", Base("llama"), Data("plain"));
        Assert.Equal(Shard("out"), Shard("file"));
    }

    [Theory]
    [InlineData("linear", "weight: 1")]
    [InlineData("task_arithmetic", "weight: 1", "lambda: 1")]
    public void Weight_one_gives_an_adapter_its_own_effect(string method, string ofModel, string ofMethod = "normalize: false")
    {
        Merge(
            $"""
            merge_method: {method}
            {(method == "linear" ? "" : $"base_model: {Base("llama")}")}
            models:
              - model: {Base("llama")}+{Data("dora")}
                parameters: {OpenBrace} {ofModel} {CloseBrace}
            parameters: {OpenBrace} {ofMethod} {CloseBrace}
            """,
            "out");

        RequireEffect("out", Base("llama"), Data("dora"));
    }

    // OpenCLIP keeps the projections of queries, keys and values as one matrix, and trainers adapt each by itself
    [Theory]
    [InlineData("conditioner.embedders.1.model.", "lora_te2")]
    [InlineData("cond_stage_model.model.", "lora_te")]
    public void A_text_encoder_in_the_layout_of_OpenCLIP_is_changed_by_an_adapter_in_the_names_of_transformers(string holder, string part)
    {
        var layer = $"{holder}transformer.resblocks.1.";
        double[] attention = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        Write(
            "sd", "model.safetensors",
            ($"{layer}attn.in_proj_weight", DType.F16, [6, 2], attention), ($"{layer}attn.in_proj_bias", DType.F16, [6], new double[6]), ($"{layer}attn.out_proj.weight", DType.F16, [2, 2], [1, 2, 3, 4]),
            ($"{layer}mlp.c_fc.weight", DType.F16, [3, 2], [1, 2, 3, 4, 5, 6]), ($"{layer}mlp.c_proj.weight", DType.F16, [2, 3], [1, 2, 3, 4, 5, 6]));
        var module = $"{part}_text_model_encoder_layers_1_";
        Write("lora", "lora.safetensors", [.. Factors("self_attn_q_proj", 2, 2, 10), .. Factors("self_attn_v_proj", 2, 2, 100), .. Factors("mlp_fc2", 2, 3, 1000)]);

        Merge(Passthrough("./sd/model.safetensors+./lora/lora.safetensors") + "dtype: float32\n", "out");

        // one row of A is 1, 2, …, one column of B is s, 2 s, …, and alpha is twice the rank
        var changed = Numbers(Path.Combine(Models.Path, "out"));
        Assert.Equal([1 + 20, 2 + 40, 3 + 40, 4 + 80, 5, 6, 7, 8, 9 + 200, 10 + 400, 11 + 400, 12 + 800], changed[$"{layer}attn.in_proj_weight"]);
        Assert.Equal([1 + 2000, 2 + 4000, 3 + 6000, 4 + 4000, 5 + 8000, 6 + 12000], changed[$"{layer}mlp.c_proj.weight"]);
        Assert.Equal([1, 2, 3, 4, 5, 6], changed[$"{layer}mlp.c_fc.weight"]);
        Assert.Equal(5, changed.Count);

        (string, DType, long[], double[])[] Factors(string name, int rows, int columns, double size) =>
        [
            ($"{module}{name}.lora_down.weight", DType.F32, [1, columns], [.. Enumerable.Range(1, columns).Select(place => (double)place)]),
            ($"{module}{name}.lora_up.weight", DType.F32, [rows, 1], [.. Enumerable.Range(1, rows).Select(place => place * size)]), ($"{module}{name}.alpha", DType.F32, [], [2]),
        ];
    }

    // there the vector of a text is multiplied by the matrix, here the matrix by the vector
    [Fact]
    public void The_projection_of_a_text_encoder_of_OpenCLIP_is_changed_from_its_other_side()
    {
        const string Projection = "conditioner.embedders.1.model.text_projection";
        Write("sd", "model.safetensors", (Projection, DType.F16, [2, 2], [1, 2, 3, 4]));
        Write(
            "lora", "lora.safetensors", ("lora_te2_text_projection.lora_down.weight", DType.F32, [1, 2], [1, 2]),
            ("lora_te2_text_projection.lora_up.weight", DType.F32, [2, 1], [10, 100]), ("lora_te2_text_projection.alpha", DType.F32, [], [1]));

        Merge(Passthrough("./sd/model.safetensors+./lora/lora.safetensors") + "dtype: float32\n", "out");

        // B A is [[10, 20], [100, 200]] of outputs and inputs; the stored matrix has its inputs first
        var changed = Assert.Single(Numbers(Path.Combine(Models.Path, "out")));
        Assert.Equal(Projection, changed.Key);
        Assert.Equal([1 + 10, 2 + 100, 3 + 20, 4 + 200], changed.Value);
    }

    [Fact]
    public void A_model_with_both_layouts_of_a_text_encoder_is_changed_where_the_adapter_says()
    {
        const string Stored = "conditioner.embedders.1.model.transformer.resblocks.0.attn.out_proj.weight";
        const string Shown = "conditioner.embedders.1.transformer.text_model.encoder.layers.0.self_attn.out_proj.weight";
        const string Module = "lora_te2_text_model_encoder_layers_0_self_attn_out_proj";
        Write("sd", "model.safetensors", (Stored, DType.F32, [2, 2], [1, 2, 3, 4]), (Shown, DType.F32, [2, 2], [1, 2, 3, 4]));
        Write("lora", "lora.safetensors", ($"{Module}.lora_down.weight", DType.F32, [1, 2], [1, 2]), ($"{Module}.lora_up.weight", DType.F32, [2, 1], [10, 100]), ($"{Module}.alpha", DType.F32, [], [1]));

        Merge(Passthrough("./sd/model.safetensors+./lora/lora.safetensors"), "out");

        var changed = Numbers(Path.Combine(Models.Path, "out"));
        Assert.Equal([1, 2, 3, 4], changed[Stored]);
        Assert.Equal([11, 22, 103, 204], changed[Shown]);
    }

    [Fact]
    public void Adapters_are_applied_one_on_top_of_the_other()
    {
        Merge(Passthrough($"{Base("llama")}+{Data("plain")}+{Data("second")}"), "out");

        RequireEffect("out", Base("llama"), Data("stacked"));
    }

    [Fact]
    public void A_base_with_an_adapter_is_a_base_like_others()
    {
        Merge(
            $"""
            merge_method: task_arithmetic
            base_model: {Base("llama")}+{Data("plain")}
            models:
              - model: {Base("llama")}+{Data("plain")}+{Data("second")}
                parameters: {OpenBrace} weight: 1 {CloseBrace}
            """,
            "out");

        RequireEffect("out", Base("llama"), Data("stacked"));
    }

    [Fact]
    public void A_merge_with_adapters_is_byte_for_byte_that_of_models_that_have_them_applied()
    {
        Merge(Passthrough($"{Base("llama")}+{Data("plain")}"), "first");
        Merge(Passthrough($"{Base("llama")}+{Data("dora")}"), "second");

        Merge(Ties($"{Base("llama")}+{Data("plain")}", $"{Base("llama")}+{Data("dora")}"), "with adapters");
        Merge(Ties("./first", "./second"), "of models");

        Assert.Equal(Shard("of models"), Shard("with adapters"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(100_000, 1)]
    public void The_borders_of_tiles_do_not_show(int tileElements, int threads)
    {
        foreach (var (adapter, model) in new[] { ("plain", "llama"), ("dora", "llama"), ("turned_dora", "gpt2"), ("embeddings", "llama"), ("convolutions_dora", "convs") })
        {
            Merge(Passthrough($"{Base(model)}+{Data(adapter)}"), $"whole-{adapter}");
            Merge(Passthrough($"{Base(model)}+{Data(adapter)}"), $"{adapter}", tileElements, threads);

            Assert.Equal(Shard($"whole-{adapter}"), Shard(adapter));
        }
    }

    [Theory]
    [InlineData("kohya.safetensors", "bases/network")]
    [InlineData("diffusers.safetensors", "bases/network")]
    [InlineData("metadata.safetensors", "bases/network")]
    [InlineData("kohya_both.safetensors", "bases/network")]
    [InlineData("kohya.safetensors", "bases/single/model.safetensors")]
    [InlineData("diffusers.safetensors", "bases/single/model.safetensors")]
    public void A_diffusion_model_with_an_adapter_is_what_its_trainer_makes_of_it(string file, string model)
    {
        Merge(Passthrough($"{Data(model)}+{Data("diffusion", file)}"), "out");

        var prefix = model.Contains("single", StringComparison.Ordinal) ? "model.diffusion_model." : "";
        foreach (var (name, expected) in Numbers(Data("diffusion", "expected.safetensors")))
        {
            RequireNear(expected, Numbers(Path.Combine(Models.Path, "out"))[prefix + name], name);
        }
    }

    [Theory]
    [InlineData(DType.BF16, 300, 1000, 5)]
    [InlineData(DType.F16, 33, 70, 64)]
    [InlineData(DType.F64, 40, 51, 3)]
    [InlineData(DType.F32, 3, 40_000, 2)]
    [InlineData(DType.F32, 5000, 3, 7)]
    [InlineData(DType.F32, 2, 2, 300)]
    public void Every_shape_and_type_is_the_sum_over_its_ranks(DType dtype, int rows, int columns, int rank)
    {
        var random = new Random(rows + columns);
        double[] weight = Draw(rows * columns), first = Draw(rank * columns), second = Draw(rows * rank);
        Write("base", "model.safetensors", ("m.weight", dtype, [rows, columns], weight));
        Write("lora", "adapter_model.safetensors", ("m.lora_A.weight", DType.F32, [rank, columns], first), ("m.lora_B.weight", DType.F32, [rows, rank], second));
        File.WriteAllText(Path.Combine(Models.Path, "lora", "adapter_config.json"), $$"""{"peft_type": "LORA", "r": {{rank}}, "lora_alpha": 3}""");

        Merge(Passthrough("./base+./lora") + $"dtype: {(dtype == DType.F64 ? "float64" : "float32")}\n", "out");

        var (stored, a, b, got) = (Numbers(Path.Combine(Models.Path, "base"))["m.weight"], Numbers(Path.Combine(Models.Path, "lora"))["m.lora_A.weight"], Numbers(Path.Combine(Models.Path, "lora"))["m.lora_B.weight"], Numbers(Path.Combine(Models.Path, "out"))["m.weight"]);
        for (var i = 0; i < got.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            var change = Enumerable.Range(0, rank).Sum(k => b[(row * rank) + k] * a[(k * columns) + column]) * 3 / rank;
            Assert.InRange(got[i] - stored[i] - change, -1e-5, 1e-5);
        }

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
    }

    private const string OpenBrace = "{";
    private const string CloseBrace = "}";

    private static string Ties(string first, string second) =>
        $"""
        merge_method: ties
        base_model: {Base("llama")}
        models:
          - model: {first}
            parameters: {OpenBrace} weight: 0.7, density: 0.6 {CloseBrace}
          - model: {second}
            parameters: {OpenBrace} weight: 0.4, density: 0.8 {CloseBrace}

        """;

    private byte[] Shard(string output) => File.ReadAllBytes(Path.Combine(Models.Path, output, "model.safetensors"));

    private void RequireEffect(string output, string model, string adapter)
    {
        var (merged, untouched, expected) = (Numbers(Path.Combine(Models.Path, output)), Numbers(model), Numbers(Path.Combine(adapter, "expected.safetensors")));
        Assert.Equal(untouched.Keys.Union(expected.Keys).Order(), merged.Keys.Order());
        foreach (var (name, numbers) in merged)
        {
            if (expected.TryGetValue(name, out var changed))
            {
                RequireNear(changed, numbers, name);
            }
            else
            {
                Assert.Equal(untouched[name], numbers);
            }
        }
    }
}
