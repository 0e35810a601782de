using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Recipes.Explaining;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Several recipes in one file against the same recipes in files of their own, run one after the other.</summary>
public sealed class StageMergeTests : PlanningTests
{
    private const string Ties = """
        merge_method: ties
        base_model: ./base
        models:
          - model: FIRST
            parameters: { weight: 0.7, density: 0.6 }
          - model: ./c
            parameters: { weight: 0.4, density: 0.8 }

        """;

    public StageMergeTests()
    {
        Model("base", 1);
        Model("a", 2);
        Model("b", 3);
        Model("c", 4);
    }

    public static TheoryData<string> StagesOfEachKind =>
    [
        "merge_method: linear\nmodels:\n  - model: ./a\n    parameters: { weight: 0.3 }\n  - model: ./b\n    parameters: { weight: 0.7 }\n",
        "merge_method: slerp\nbase_model: ./a\nmodels:\n  - model: ./b\nparameters: { t: 0.3 }\n",
        "merge_method: nuslerp\nmodels:\n  - model: ./a\n    parameters: { weight: 0.3 }\n  - model: ./b\n    parameters: { weight: 0.7 }\nparameters: { nuslerp_row_wise: true }\n",
        "merge_method: ties\nbase_model: ./base\nmodels:\n  - model: ./a\n    parameters: { weight: 0.5, density: 0.5 }\n  - model: ./b\n    parameters: { weight: 0.5, density: 0.7 }\n",
        "merge_method: dare_ties\nbase_model: ./base\nseed: 7\nmodels:\n  - model: ./a\n    parameters: { weight: 0.5, density: 0.5 }\n  - model: ./b\n    parameters: { weight: 0.5, density: 0.7 }\n",
        "merge_method: della\nbase_model: ./base\nmodels:\n  - model: ./a\n    parameters: { weight: 0.5, density: 0.5, epsilon: 0.1 }\n  - model: ./b\n    parameters: { weight: 0.5, density: 0.7, epsilon: 0.1 }\n",
        "merge_method: ties\nbase_model: ./base\nmodels:\n  - model: ./a\n    parameters: { weight: 0.5, density: 0.5 }\n  - model: ./b\n    parameters: { weight: 0.5, density: 0.7 }\nparameters: { scope: model }\n",
        "merge_method: localize_stitch\nbase_model: ./base\nmodels:\n  - model: ./a\n  - model: ./b\n",
        "merge_method: tsv\nbase_model: ./base\nmodels:\n  - model: ./a\n  - model: ./b\n",
        "merge_method: wudi\nbase_model: ./base\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { skip_embeddings: false }\n",
        "merge_method: model_stock\nbase_model: ./base\nmodels:\n  - model: ./a\n  - model: ./b\n",
        "merge_method: karcher\nmodels:\n  - model: ./a\n  - model: ./b\n",
        "merge_method: sce\nbase_model: ./base\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { select_topk: 0.5 }\n",
        "merge_method: arcee_fusion\nbase_model: ./a\nmodels:\n  - model: ./b\n",
        "merge_method: nearswap\nbase_model: ./a\nmodels:\n  - model: ./b\nparameters: { t: 0.001 }\n",
        "merge_method: passthrough\nslices:\n  - sources:\n      - { model: ./a, layer_range: [0, 1] }\n  - sources:\n      - { model: ./b, layer_range: [1, 2] }\n",
    ];

    [Theory]
    [MemberData(nameof(StagesOfEachKind))]
    public void A_stage_of_each_method_is_byte_for_byte_the_model_that_it_would_write(string stage)
    {
        foreach (var dtype in new[] { "float32", "bfloat16" })
        {
            var rounded = stage + $"dtype: {dtype}\n";

            RequireSame($"{dtype}-{dtype}", rounded, Ties + "dtype: float32\n");
        }
    }

    [Theory]
    [MemberData(nameof(StagesOfEachKind))]
    public void Every_method_reads_a_stage_as_it_reads_a_file(string output)
    {
        const string Stage = "merge_method: dare_ties\nbase_model: ./base\nmodels:\n  - model: ./a\n    parameters: { weight: 0.5, density: 0.5 }\n  - model: ./c\n    parameters: { weight: 0.5, density: 0.7 }\ndtype: bfloat16\n";

        RequireSame("out", Stage, output.Replace("./a", "FIRST", StringComparison.Ordinal) + "dtype: float32\n");
    }

    [Theory]
    [InlineData(1, 1, 1 << 30)]
    [InlineData(1000, 2, 1 << 24)]
    [InlineData(1 << 18, 1, 1 << 30)]
    public void The_borders_of_tiles_do_not_show_in_what_is_larger_than_one(int tileElements, int threads, long maxMemory)
    {
        foreach (var (name, seed) in new[] { ("base", 1), ("a", 2), ("b", 3), ("c", 4) })
        {
            Write(name, "{}", ("w", DType.F32, [tileElements == 1 ? 30 : 1100, 1000], seed), ("v", DType.F16, [3, 70_000], seed));
        }

        foreach (var stage in StagesOfEachKind.Where(row => row.Data.StartsWith("merge_method: nuslerp", StringComparison.Ordinal) || row.Data.StartsWith("merge_method: ties", StringComparison.Ordinal) || row.Data.StartsWith("merge_method: model_stock", StringComparison.Ordinal)))
        {
            RequireSame("out", stage.Data, Ties, tileElements, threads, maxMemory);
        }
    }

    [Fact]
    public void Stages_use_stages_and_one_stage_several_times()
    {
        const string First = "merge_method: linear\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { weight: 0.5 }\n";
        const string Second = "merge_method: slerp\nbase_model: FIRST\nmodels:\n  - model: ./c\nparameters: { t: 0.5 }\ndtype: bfloat16\n";
        const string Last = "merge_method: dare_ties\nbase_model: ./base\nmodels:\n  - model: SECOND\n    parameters: { weight: 0.5, density: 0.6 }\n  - model: FIRST\n    parameters: { weight: 0.5, density: 0.8 }\n";
        Merge(First, "one");
        Merge(Second.Replace("FIRST", "./one", StringComparison.Ordinal), "two");
        Merge(Last.Replace("FIRST", "./one", StringComparison.Ordinal).Replace("SECOND", "./two", StringComparison.Ordinal), "files");

        var merged = Merge($"name: FIRST\n{First}---\n{Last}---\nname: SECOND\n{Second}", "stages");

        Assert.Equal(Shard("files"), Shard("stages"));
        Assert.Equal(File.ReadAllText(Path.Combine(Models.Path, "files", "config.json")), File.ReadAllText(Path.Combine(Models.Path, "stages", "config.json")));
        Assert.Equal(["FIRST", "SECOND"], merged.Stages.Select(stage => stage.Name));
        Assert.Equal(["./a", "./b", "./base", "./c"], merged.Owners.Where(owner => !owner.IsStage).Select(owner => owner.Reference.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_stage_that_is_named_twice_is_computed_once_however_many_build_on_one_another()
    {
        var text = new StringBuilder("name: s0\nmerge_method: linear\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { weight: 0.5 }\n---\n");
        for (var stage = 1; stage < 40; stage++)
        {
            // alternately by itself, by both of the stages before it, and with layers at other places
            var (one, other) = ($"s{stage - 1}", stage % 3 == 1 ? $"s{stage - 1}" : $"s{Math.Max(0, stage - 2)}");
            text.Append(CultureInfo.InvariantCulture, $"name: s{stage}\ndtype: float32\n").Append(stage % 3 == 2
                ? $"merge_method: linear\nslices:\n  - sources:\n      - {{ model: {one}, layer_range: [0, 1] }}\n      - {{ model: {one}, layer_range: [1, 2] }}\n  - sources:\n      - {{ model: {one}, layer_range: [0, 1] }}\n      - {{ model: {other}, layer_range: [0, 1] }}\nparameters: {{ weight: 0.5 }}\n---\n"
                : $"merge_method: linear\nmodels:\n  - model: {one}\n  - model: {other}\nparameters: {{ weight: 0.5 }}\n---\n");
        }

        var plan = Merge(text + "merge_method: linear\nmodels:\n  - model: s39\n  - model: s39\nparameters: { weight: 0.5 }\n", "out");

        Assert.Equal(40, plan.Stages.Length);
        Assert.InRange(PlanEstimate.Of(plan).BufferBytes, 1, 1 << 20);
        var explained = plan.Jobs[0].Inputs[0].Source.Explain(owner => plan.Owners[owner].Reference.ToString());
        Assert.InRange(CountOf(explained), 40, 40 * 40);

        static int CountOf(ExplainedElements elements) => 1 + elements.Parts.Sum(part => CountOf(part.Elements));
    }

    [Theory]
    [InlineData(1 << 18, 1 << 30)]
    [InlineData(1000, 1 << 24)]
    public void Those_that_share_a_stage_may_read_it_in_different_tiles(int tileElements, long maxMemory)
    {
        foreach (var (name, seed) in new[] { ("base", 1), ("a", 2), ("b", 3), ("c", 4) })
        {
            Write(name, "{}", ("w", DType.F32, [1100, 1000], seed), ("v", DType.F16, [3, 70_000], seed));
        }

        const string Stage = "merge_method: linear\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { weight: 0.5 }\n";
        RequireSame("out", Stage, "merge_method: ties\nbase_model: FIRST\nmodels:\n  - model: FIRST\n    parameters: { weight: 0.5, density: 0.5 }\n  - model: ./c\n    parameters: { weight: 0.5, density: 0.5 }\n", tileElements, 1, maxMemory);
        RequireSame("twice", Stage, "merge_method: linear\nmodels:\n  - model: FIRST\n    parameters: { weight: 0.25 }\n  - model: FIRST\n    parameters: { weight: 0.75 }\n", tileElements, 2, maxMemory);
    }

    [Fact]
    public void A_stage_can_have_an_adapter_and_give_layers()
    {
        const string Stage = "merge_method: linear\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { weight: 0.5 }\ndtype: bfloat16\n";
        Models.Adapter(
            "lora",
            """{"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}""",
            ("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", DType.F32, [2, 4]),
            ("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", DType.F32, [4, 2]));
        Fill(Path.Combine("lora", "adapter_model.safetensors"), 9);

        RequireSame("out", Stage, "merge_method: passthrough\nmodels:\n  - model: FIRST+./lora\n");
        RequireSame("layers", Stage, "merge_method: passthrough\nslices:\n  - sources:\n      - { model: ./c, layer_range: [0, 1] }\n  - sources:\n      - { model: FIRST, layer_range: [0, 2] }\n");
    }

    [Fact]
    public void A_stage_gives_the_tokenizer_and_the_rows_that_its_recipe_makes()
    {
        string[] words = ["the", "quick", "brown", "fox"];
        var tokens = new TokenModels(Models);
        tokens.Add(1, "a", TokenizerFixture.Json(words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(words, "<s>", "<|im_start|>"));
        tokens.Add(3, "c", TokenizerFixture.Json(words, "<|tool|>", "<s>"));
        foreach (var name in new[] { "a", "b", "c" })
        {
            Models.File(name, "tokenizer_config.json", "{}").File(name, "generation_config.json", """{"eos_token_id": 4}""");
        }

        const string Stage = "merge_method: linear\nmodels:\n  - model: ./a\n  - model: ./b\nparameters: { weight: 0.5 }\ntokenizer_source: union\nchat_template: chatml\n";
        RequireSame("out", Stage, "merge_method: linear\nmodels:\n  - model: FIRST\n  - model: ./c\nparameters: { weight: 0.5 }\ntokenizer_source: union\n");
        RequireSame("other", Stage, "merge_method: linear\nmodels:\n  - model: ./c\n  - model: FIRST\nparameters: { weight: 0.5 }\ntokenizer_source: union\nchat_template: auto\n");

        Assert.Contains("|tool|", File.ReadAllText(Path.Combine(Models.Path, "out", "tokenizer.json")), StringComparison.Ordinal);
        Assert.Contains("|im_start|", File.ReadAllText(Path.Combine(Models.Path, "out", "tokenizer_config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_disk_must_hold_what_a_stage_makes_beside_the_output()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system with sparse files");
        Models.Mixed("huge", "{}", ("w", DType.F32, [1L << 40]));
        var plan = Plan("name: half\nmerge_method: linear\nmodels:\n  - model: ./huge\n    parameters: { weight: 2 }\ndtype: bfloat16\n---\nmerge_method: linear\nmodels:\n  - model: half\n    parameters: { weight: 1 }\ndtype: float32\n");

        var refusal = Assert.Throws<MergeOpsException>(() => MergeEngine.Run(plan, new MergeOptions { Output = Path.Combine(Models.Path, "out") }, null, TestContext.Current.CancellationToken)).Diagnostic;

        // four bytes an element of the output, two of the stage
        Assert.Equal(Codes.DiskTooSmall, refusal.Code);
        Assert.Contains("6,597,07", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_that_becomes_infinite_is_named()
    {
        var stage = "name: first\nmerge_method: linear\nmodels:\n  - model: ./a\nparameters: { weight: 1000000, normalize: false }\ndtype: float16\n";

        var failure = Assert.Throws<MergeOps.Diagnostics.MergeOpsException>(() => Merge(stage + "---\n" + Ties.Replace("FIRST", "first", StringComparison.Ordinal), "out"));

        Assert.Equal(MergeOps.Diagnostics.Codes.NotFinite, failure.Diagnostic.Code);
        Assert.Contains("of first", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Models.Path, "out")));
    }

    [Fact]
    public void Each_decision_of_a_stage_moves_the_digest_of_the_plan_and_its_name_does_not()
    {
        var digests = new[] { "0.5", "0.6" }.Select(weight => Digest("first", weight)).ToList();

        Assert.NotEqual(digests[0], digests[1]);
        Assert.Equal(digests[0], Digest("other", "0.5"));

        string Digest(string name, string weight) => Plan(
            $"name: {name}\nmerge_method: linear\nmodels:\n  - model: ./a\n    parameters: {Open} weight: {weight} {Close}\n  - model: ./b\n    parameters: {Open} weight: 1 {Close}\n---\n" + Ties.Replace("FIRST", name, StringComparison.Ordinal)).Digest;
    }

    private const string Open = "{";
    private const string Close = "}";

    private void RequireSame(string output, string stage, string last, int tileElements = 1 << 18, int threads = 2, long maxMemory = 1 << 30)
    {
        Merge(stage, "first-" + output);
        Merge(last.Replace("FIRST", "./first-" + output, StringComparison.Ordinal), "files-" + output);

        Merge($"name: stage-one\n{stage}---\n{last.Replace("FIRST", "stage-one", StringComparison.Ordinal)}", output, tileElements, threads, maxMemory);

        var files = Directory.EnumerateFiles(Path.Combine(Models.Path, "files-" + output)).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(files, Directory.EnumerateFiles(Path.Combine(Models.Path, output)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(files.Where(file => file != "merge-manifest.json"), file => Assert.Equal(
            File.ReadAllBytes(Path.Combine(Models.Path, "files-" + output, file!)), File.ReadAllBytes(Path.Combine(Models.Path, output, file!))));
    }

    private MergePlan Merge(string yaml, string output, int tileElements = 1 << 18, int threads = 2, long maxMemory = 1 << 30)
    {
        var plan = Plan(yaml);
        var place = Path.Combine(Models.Path, output);
        if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }

        MergeEngine.Run(plan, new MergeOptions { Output = place, TileElements = tileElements, Threads = threads, MaxMemory = maxMemory }, null, TestContext.Current.CancellationToken);
        return plan;
    }

    private byte[] Shard(string output) => File.ReadAllBytes(Path.Combine(Models.Path, output, "model.safetensors"));

    private void Model(string name, int seed)
    {
        Models.Llama(name, 2, vocabulary: 8);
        Fill(Path.Combine(name, "model.safetensors"), seed);
    }

    private void Write(string name, string config, params (string Name, DType DType, long[] Shape, int Seed)[] tensors)
    {
        Models.Mixed(name, config, [.. tensors.Select(tensor => (tensor.Name, tensor.DType, tensor.Shape))]);
        Fill(Path.Combine(name, "model.safetensors"), tensors[0].Seed);
    }

    private void Fill(string file, int seed)
    {
        var path = Path.Combine(Models.Path, file);
        var tensors = SafetensorsFile(path);
        using var stream = new FileStream(path, FileMode.Open);
        foreach (var tensor in tensors.Values)
        {
            stream.Position = tensor.Offset;
            stream.Write(SmallModels.Random(tensor.DType, [.. tensor.Shape], seed + tensor.Name.Length));
        }
    }

    private static TensorMap<TensorInfo> SafetensorsFile(string path) => CheckpointReader.Open(path, []).Tensors;
}
