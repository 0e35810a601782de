using System.Text.Json.Nodes;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Adapters as outputs: what is written is laid out as PEFT's own files, and gives back what it was made of.</summary>
public sealed class LoraOutputTests : AdapterTests
{
    // factors of float32, and a sum of float32 on top of the base
    private const double FactorRounding = 1e-5;

    [Theory]
    [InlineData("plain", "llama", "rank: 3, alpha: 5, target_modules: [q_proj, down_proj, v_proj]")]
    [InlineData("rank_stabilized", "llama", "rank: 64")]
    [InlineData("patterns", "llama", "rank: 64")]
    [InlineData("dora", "llama", "rank: 64, alpha: 3")]
    [InlineData("layers", "llama", "rank: 64")]
    [InlineData("embeddings", "llama", "rank: 64, target_modules: [embed_tokens, q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, lm_head]")]
    [InlineData("tied_both", "llama_tied", "rank: 64, modules_to_save: [embed_tokens, lm_head]")]
    [InlineData("turned", "gpt2", "rank: 64")]
    [InlineData("turned_dora", "gpt2", "rank: 64")]
    [InlineData("biases", "bert", "rank: 64")]
    [InlineData("own_biases", "bert", "rank: 64")]
    [InlineData("convolutions", "convs", "rank: 64, target_modules: [conv_in, proj_in, to_q]")]
    [InlineData("convolutions", "convs", "rank: 64, space: full, target_modules: [conv_in, proj_in, to_q]")]
    [InlineData("convolutions_dora", "convs", "rank: 64, target_modules: [conv_in, proj_in, to_q]")]
    public void A_merge_of_one_adapter_gives_an_adapter_of_the_same_effect(string adapter, string model, string lora)
    {
        Merge(Sum(Base(model), $"output: {Open} lora: {Open} {lora} {Close} {Close}", (1, $"{Base(model)}+{Data(adapter)}")), "lora");

        RequireEffect("lora", Base(model), $"{Base(model)}+{Data(adapter)}");
    }

    [Fact]
    public void Extraction_gives_the_fine_tuned_model_back()
    {
        Merge(Passthrough($"{Base("llama")}+{Data("plain")}"), "tuned");

        Merge(Extraction("llama", "./tuned", "rank: 64"), "lora");

        RequireEffect("lora", Base("llama"), "./tuned");
        Assert.Equal(0, Account("lora").RelativeError, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_smaller_rank_loses_is_said_and_is_the_least_that_can_be(int rank)
    {
        Merge(Passthrough($"{Base("llama")}+{Data("plain")}"), "tuned");

        Merge(Extraction("llama", "./tuned", $"rank: {rank}"), "lora");

        var (origin, tuned, account) = (Numbers(Base("llama")), Numbers(Path.Combine(Models.Path, "tuned")), Account("lora"));
        var (change, lost) = (0.0, 0.0);
        foreach (var (module, said) in account.Modules)
        {
            var values = SingularValues(origin[module + ".weight"], tuned[module + ".weight"], Rows(Base("llama"), module + ".weight"));
            var least = Math.Sqrt(values.Skip(rank).Sum(value => value * value));
            Assert.Equal(Math.Sqrt(values.Sum(value => value * value)), said.Change, 1e-5);
            Assert.Equal(least, said.Error, 1e-5);
            (change, lost) = (change + (said.Change * said.Change), lost + (least * least));
        }

        Assert.Equal(Math.Sqrt(lost / change), account.RelativeError, 1e-6);
        Merge(Passthrough($"{Base("llama")}+./lora"), "back");
        var missing = Numbers(Path.Combine(Models.Path, "back")).Sum(tensor => tensor.Value.Zip(tuned[tensor.Key]).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        Assert.Equal(account.Error, Math.Sqrt(missing), 1e-5);
    }

    [Fact]
    public void The_files_are_laid_out_as_those_that_PEFT_wrote()
    {
        Merge(Extraction("llama", $"{Base("llama")}+{Data("plain")}", "rank: 3, alpha: 5, target_modules: [q_proj, down_proj, v_proj]"), "lora");

        var (ours, theirs) = (Path.Combine(Models.Path, "lora"), Data("plain"));
        Assert.Equal(Shapes(theirs), Shapes(ours));
        var (said, expected) = (Settings(ours), Settings(theirs));
        Assert.Equal([], said.Select(entry => entry.Key).Except(expected.Select(entry => entry.Key)));
        string[] own = ["base_model_name_or_path", "auto_mapping", "task_type", "target_modules"];
        foreach (var (key, value) in said.Where(entry => !own.Contains(entry.Key)))
        {
            Assert.True(JsonNode.DeepEquals(expected[key], value), $"{key} is {value?.ToJsonString()}, and PEFT wrote {expected[key]?.ToJsonString()}");
        }

        Assert.Equal(Names(expected), Names(said));
        Assert.Equal("CAUSAL_LM", (string?)said["task_type"]);
        Assert.Equal([], said.Select(entry => entry.Key).Except(LoraKey.All.Select(key => key.Name)));

        static IEnumerable<string> Names(JsonObject settings) => settings["target_modules"]!.AsArray().Select(name => (string)name!).Order();
    }

    [Fact]
    public void Convolutions_are_laid_out_as_those_that_PEFT_wrote()
    {
        Merge(Extraction("convs", $"{Base("convs")}+{Data("convolutions")}", "rank: 3, alpha: 4, target_modules: [conv_in, proj_in, to_q]"), "lora");

        Assert.Equal(Shapes(Data("convolutions")), Shapes(Path.Combine(Models.Path, "lora")));
    }

    [Fact]
    public void Embeddings_and_layers_with_their_inputs_first_have_the_shapes_that_PEFT_gives_them()
    {
        Merge(Extraction("llama", $"{Base("llama")}+{Data("embeddings")}", "rank: 2, target_modules: [embed_tokens], exclude_modules: [lm_head, norm, input_layernorm, post_attention_layernorm]"), "table");
        Merge(Extraction("gpt2", $"{Base("gpt2")}+{Data("turned")}", "rank: 2, target_modules: [c_attn]"), "turned");

        Assert.Equal(
            ["base_model.model.model.embed_tokens.lora_embedding_A [2, 18]", "base_model.model.model.embed_tokens.lora_embedding_B [8, 2]"], Shapes(Path.Combine(Models.Path, "table")));
        Assert.Contains("base_model.model.transformer.h.0.attn.c_attn.lora_A.weight [2, 8]", Shapes(Path.Combine(Models.Path, "turned")));
        Assert.Contains("base_model.model.transformer.h.0.attn.c_attn.lora_B.weight [24, 2]", Shapes(Path.Combine(Models.Path, "turned")));
        Assert.True((bool)Settings(Path.Combine(Models.Path, "turned"))["fan_in_fan_out"]!);
    }

    [Theory]
    [InlineData("full")]
    [InlineData("core")]
    public void Adapters_of_other_ranks_are_added_exactly(string space)
    {
        var second = $"{Base("llama")}+{Data("patterns")}+{Data("rank_stabilized")}";
        Merge(Sum(Base("llama"), "", (0.7, $"{Base("llama")}+{Data("plain")}"), (-0.4, second)), "model");

        Merge(Sum(Base("llama"), $"output: {Open} lora: {Open} rank: 64, space: {space} {Close} {Close}", (0.7, $"{Base("llama")}+{Data("plain")}"), (-0.4, second)), "lora");

        RequireEffect("lora", Base("llama"), "./model");
        Assert.Equal(space, Account("lora").Space);
    }

    [Fact]
    public void The_core_space_never_reads_the_base()
    {
        var recipe = Sum(Base("llama"), $"output: {Open} lora: {Open} rank: 4 {Close} {Close}", (1, $"{Base("llama")}+{Data("plain")}"), (1, $"{Base("llama")}+{Data("patterns")}"));

        var plan = Plan(recipe);

        Assert.True(plan.Lora!.IsCore);
        Assert.All(plan.FilesRead, file => Assert.True(plan.Owners[file.Model].Reference.Path.Contains("plain", StringComparison.Ordinal) || plan.Owners[file.Model].Reference.Path.Contains("patterns", StringComparison.Ordinal)));
    }

    // U and V by LAPACK; a vector with the other sign changes no entry's magnitude, and both models' signs alike
    [Fact]
    public void Ties_in_the_core_space_trims_and_elects_the_entries_of_the_cores()
    {
        const double Density = 0.5;
        Merge(
            $"""
            merge_method: ties
            base_model: {Base("llama")}
            models:
              - model: {Base("llama")}+{Data("plain")}
                parameters: {Open} weight: 1, density: {Density} {Close}
              - model: {Base("llama")}+{Data("layers")}
                parameters: {Open} weight: 0.5, density: {Density} {Close}
            parameters: {Open} normalize: false {Close}
            output: {Open} lora: {Open} rank: 64, target_modules: [q_proj], space: core {Close} {Close}

            """,
            "lora");

        var (lora, compared) = (Numbers(Path.Combine(Models.Path, "lora", "adapter_model.safetensors")), 0);
        foreach (var module in Account("lora").Modules.Keys)
        {
            var factors = new[] { "plain", "layers" }.Select(name => Factors(Data(name), module)).ToList();
            if (factors.Exists(factor => factor is null))
            {
                continue;
            }

            using var left = torch.linalg.svd(torch.cat([.. factors.Select(factor => factor!.Value.B)], 1), fullMatrices: false).U;
            using var right = torch.linalg.svd(torch.cat([.. factors.Select(factor => factor!.Value.A)], 0), fullMatrices: false).Vh;
            var cores = factors.ConvertAll(factor => left.T.matmul(factor!.Value.B).matmul(factor.Value.A).matmul(right.T));
            var trimmed = cores.ConvertAll(core =>
            {
                var kept = core.abs().flatten().topk((int)(Density * core.numel())).values.min();
                return core.where(core.abs() >= kept, torch.zeros_like(core));
            });
            trimmed[1] = trimmed[1] * 0.5;
            var sign = (trimmed[0] + trimmed[1]).sign();
            var core = trimmed.Aggregate(torch.zeros_like(trimmed[0]), (sum, one) => sum + one.where(one.sign() == sign, torch.zeros_like(one)));
            var expected = left.matmul(core).matmul(right).data<double>().ToArray();
            var (a, b) = (lora[$"base_model.model.{module}.lora_A.weight"], lora[$"base_model.model.{module}.lora_B.weight"]);
            using var product = torch.tensor(b, [left.shape[0], b.Length / left.shape[0]]).matmul(torch.tensor(a, [a.Length / right.shape[1], right.shape[1]]));
            var scale = (double)Settings(Path.Combine(Models.Path, "lora"))["lora_alpha"]! / (b.Length / left.shape[0]);
            RequireNear(expected, (product * scale).data<double>().ToArray(), module);
            compared++;
        }

        Assert.True(compared > 0);
    }

    [Fact]
    public void Changes_that_the_adapter_does_not_hold_are_measured_and_warned_of()
    {
        Merge(Passthrough($"{Base("llama")}+{Data("plain")}"), "tuned");
        Shift("tuned", "model.norm.weight", 0.5f);

        var found = Merge(Extraction("llama", "./tuned", "rank: 64"), "lora");

        var account = Account("lora");
        var left = Assert.Single(account.LeftOut);
        Assert.Equal("model.norm.weight", left.Key);
        Assert.Equal(0.5 * Math.Sqrt(8), left.Value.Change, 1e-6);
        Assert.Equal(left.Value.Change, account.Error, 1e-5);
        Assert.Contains(found.Notes, note => note.Code == Codes.LoraChangesLost && note.Detail.Contains("'model.norm.weight'", StringComparison.Ordinal));
    }

    [Fact]
    public void Modules_that_are_saved_whole_are_lost_nothing_of()
    {
        Merge(Passthrough($"{Base("llama")}+{Data("plain")}"), "tuned");
        Shift("tuned", "model.norm.weight", 0.5f);

        Merge(Extraction("llama", "./tuned", "rank: 64, modules_to_save: [norm]"), "lora");

        var account = Account("lora");
        Assert.Empty(account.LeftOut);
        Assert.Equal(0.5 * Math.Sqrt(8), Assert.Single(account.Whole).Value.Change, 1e-6);
        Assert.Contains("base_model.model.model.norm.weight [8]", Shapes(Path.Combine(Models.Path, "lora")));

        // PEFT takes any name that ends so, and input_layernorm does
        Assert.Equal(["model.norm"], Settings(Path.Combine(Models.Path, "lora"))["modules_to_save"]!.AsArray().Select(name => (string)name!));
        RequireEffect("lora", Base("llama"), "./tuned");
    }

    // the numbers are those of the two models' weights, read as anybody reads them
    [Theory]
    [InlineData("llama", "plain", "rank: 1, modules_to_save: [q_proj]", "full")]
    [InlineData("bert", "biases", "rank: 1, bias: all", "full")]
    [InlineData("llama_tied", "tied_both", "rank: 1", "core")]
    [InlineData("llama_tied", "tied_both", "rank: 1", "full")]
    public void The_relative_error_is_that_of_all_that_changed_whole_modules_and_biases_included(string model, string adapter, string lora, string space)
    {
        Merge(Passthrough($"{Base(model)}+{Data(adapter)}"), "tuned");
        Merge(Sum(Base(model), $"output: {Open} lora: {Open} {lora}, space: {space} {Close} {Close}", (1, $"{Base(model)}+{Data(adapter)}")), "lora");
        Merge(Passthrough($"{Base(model)}+./lora"), "back");

        var (origin, tuned, back) = (Numbers(Base(model)), Numbers(Path.Combine(Models.Path, "tuned")), Numbers(Path.Combine(Models.Path, "back")));
        // a tied model's head is its embedding until an adapter parts them
        var names = tuned.Keys.ToList();
        origin.TryAdd("lm_head.weight", origin.GetValueOrDefault("model.embed_tokens.weight", []));
        var change = names.Sum(name => tuned[name].Zip(origin[name]).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        var missing = names.Sum(name => tuned[name].Zip(back[name]).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        var account = Account("lora");
        Assert.NotEmpty(account.Whole);
        Assert.Equal(Math.Sqrt(change), account.Change, 1e-5);
        Assert.Equal(Math.Sqrt(missing / change), account.RelativeError, 1e-5);
    }

    // names and the word in the settings are those of PEFT's own file
    [Theory]
    [InlineData("biases", "all")]
    [InlineData("own_biases", "lora_only")]
    public void Biases_are_written_as_PEFT_writes_them(string adapter, string word)
    {
        Merge(Sum(Base("bert"), $"output: {Open} lora: {Open} rank: 2, bias: {word} {Close} {Close}", (1, $"{Base("bert")}+{Data(adapter)}")), "lora");

        Assert.Equal(Shapes(Data(adapter)), Shapes(Path.Combine(Models.Path, "lora")));
        Assert.Equal(word, (string)Settings(Path.Combine(Models.Path, "lora"))["bias"]!);
    }

    [Fact]
    public void Modules_that_an_adapter_holds_whole_are_held_whole()
    {
        Merge(Sum(Base("llama_tied"), $"output: {Open} lora: {Open} rank: 64 {Close} {Close}", (1, $"{Base("llama_tied")}+{Data("tied_both")}")), "lora");

        RequireEffect("lora", Base("llama_tied"), $"{Base("llama_tied")}+{Data("tied_both")}");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(100_000, 4)]
    public void The_borders_of_tiles_and_the_number_of_threads_do_not_show(int tileElements, int threads)
    {
        var recipe = Extraction("llama", $"{Base("llama")}+{Data("dora")}", "rank: 2");
        Merge(recipe, "whole");

        Merge(recipe, "pieces", tileElements, threads);

        Assert.Equal(Weights("whole"), Weights("pieces"));
        Assert.Equal(File.ReadAllText(Path.Combine(Models.Path, "whole", MergeManifest.FileName)), File.ReadAllText(Path.Combine(Models.Path, "pieces", MergeManifest.FileName)));
    }

    [Theory]
    [InlineData("bfloat16", DType.BF16, 0.01)]
    [InlineData("float16", DType.F16, 0.002)]
    public void Factors_in_half_precision_say_the_error_that_this_adds(string name, DType dtype, double most)
    {
        Merge(Extraction("llama", $"{Base("llama")}+{Data("plain")}", "rank: 64") + $"out_dtype: {name}\n", "lora");

        Assert.All(CheckpointReader.Open(Path.Combine(Models.Path, "lora"), []).Tensors.Values, tensor => Assert.Equal(dtype, tensor.DType));
        Assert.InRange(Account("lora").RelativeError, 1e-5, most);
    }

    [Fact]
    public void An_interrupted_extraction_goes_on_and_knows_what_was_lost()
    {
        var recipe =
            $"""
            merge_method: linear
            base_model: {Base("llama")}
            models:
              - model: {Base("llama")}+{Data("plain")}
                parameters: {Open} weight: 1 {Close}
              - model: {Base("llama")}+{Data("dora")}
                parameters: {Open} weight: 1 {Close}
            output: {Open} lora: {Open} rank: 2 {Close} {Close}

            """;
        Merge(recipe, "whole");
        var plan = Plan(recipe);
        using var stop = new CancellationTokenSource();
        var options = new MergeOptions { Output = Path.Combine(Models.Path, "lora"), Threads = 1 };
        var average = new InterruptedAverage(beforeTensor: 6, stop.Cancel);
        var interrupted = plan with { Jobs = [.. plan.Jobs.Select(job => job.Factor is { } factor ? job with { Factor = factor with { Changed = factor.Changed with { Method = average } } } : job)] };
        Assert.ThrowsAny<OperationCanceledException>(() => MergeEngine.Run(interrupted, options, null, stop.Token));
        Assert.False(Directory.Exists(options.Output));

        var merged = MergeEngine.Run(plan, options, null, TestContext.Current.CancellationToken);

        Assert.True(merged.ResumedTensors > 0);
        Assert.Equal(Weights("whole"), Weights("lora"));
        Assert.Equal(Account("whole").RelativeError, Account("lora").RelativeError);
        Assert.True(MergeEngine.Run(plan, options, null, TestContext.Current.CancellationToken).WasThere);
    }

    private const string Open = "{";
    private const string Close = "}";

    private static string Sum(string origin, string more, params (double Weight, string Model)[] models) =>
        $"merge_method: task_arithmetic\nbase_model: {origin}\nmodels:\n{string.Concat(models.Select(model => FormattableString.Invariant($"  - model: {model.Model}\n    parameters: {Open} weight: {model.Weight} {Close}\n")))}{more}\n";

    private static string Extraction(string origin, string model, string lora) => Sum(Base(origin), $"output: {Open} lora: {Open} {lora} {Close} {Close}", (1, model));

    // what comes of base and written adapter is what comes of the model
    private void RequireEffect(string adapter, string origin, string model)
    {
        Merge(Passthrough(model), $"expected of {adapter}");
        Merge(Passthrough($"{origin}+./{adapter}"), $"effect of {adapter}");
        var (expected, found) = (Numbers(Path.Combine(Models.Path, $"expected of {adapter}")), Numbers(Path.Combine(Models.Path, $"effect of {adapter}")));
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        foreach (var (name, numbers) in found)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                Assert.True(Math.Abs(expected[name][i] - numbers[i]) <= FactorRounding * Math.Max(1, Math.Abs(expected[name][i])), $"{name}[{i}] is {numbers[i]}, not {expected[name][i]}");
            }
        }
    }

    private static (torch.Tensor A, torch.Tensor B)? Factors(string adapter, string module)
    {
        var (numbers, settings) = (Numbers(Path.Combine(adapter, "adapter_model.safetensors")), Settings(adapter));
        if (!numbers.TryGetValue($"base_model.model.{module}.lora_A.weight", out var a))
        {
            return null;
        }

        var (b, rank) = (numbers[$"base_model.model.{module}.lora_B.weight"], (int)settings["r"]!);
        var scale = (double)settings["lora_alpha"]! / ((bool)settings["use_rslora"]! ? Math.Sqrt(rank) : rank);
        return (torch.tensor(a, [rank, a.Length / rank]), torch.tensor(b, [b.Length / rank, rank]) * scale);
    }

    private ManifestAdapter Account(string output) => MergeManifest.Find(Path.Combine(Models.Path, output))!.Adapter!;

    private byte[] Weights(string output) => File.ReadAllBytes(Path.Combine(Models.Path, output, "adapter_model.safetensors"));

    private static IEnumerable<string> Shapes(string folder) =>
        CheckpointReader.Open(Path.Combine(folder, "adapter_model.safetensors"), []).Tensors.Values.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Order(StringComparer.Ordinal);

    private static int Rows(string folder, string tensor) => (int)CheckpointReader.Open(folder, []).Tensors[tensor].Shape[0];

    private static JsonObject Settings(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();

    private static double[] SingularValues(double[] origin, double[] tuned, int rows)
    {
        using var change = torch.tensor(tuned.Zip(origin).Select(pair => pair.First - pair.Second).ToArray(), [rows, origin.Length / rows]);
        return torch.linalg.svdvals(change).data<double>().ToArray();
    }

    private void Shift(string model, string tensor, float by)
    {
        var numbers = Numbers(Path.Combine(Models.Path, model))[tensor];
        Models.Poke(model, tensor, 0, [.. numbers.SelectMany(number => BitConverter.GetBytes((float)number + by))]);
    }
}
