using System.Text;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A mixture of the quickstart's models whose router is made of hidden states.</summary>
[RunsAlone("merges")]
public sealed class MeasuredGatesTests : IDisposable
{
    private const string Recipe = """
        merge_method: moe
        base_model: ./quickstart/base
        experts:
          - source_model: ./quickstart/past
            positive_prompts: ["walk"]
          - source_model: ./quickstart/plurals
            positive_prompts: ["cat", "dog"]
            negative_prompts: ["walk"]
        dtype: float32

        """;

    private readonly TemporaryFolder folder = new();

    public MeasuredGatesTests()
    {
        foreach (var part in new[] { "base", "past", "plurals" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "recipes", "quickstart", part)))
            {
                folder.Write(Path.Combine("quickstart", part, Path.GetFileName(file)), File.ReadAllBytes(file));
            }
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Its_router_is_measured_locked_and_merged_without_the_prompts_being_run_again()
    {
        var recipe = Write(Recipe);
        var before = CommandLineRun.Of("plan", recipe);

        var measured = CommandLineRun.Of("measure", "gates", recipe, "--format", "json");
        var again = CommandLineRun.Of("measure", "gates", recipe, "--format", "json");
        var locked = CommandLineRun.Of("lock", recipe);
        var plan = CommandLineRun.Of("plan", recipe);
        var merged = CommandLineRun.Of("merge", recipe, "--out", folder["out"]);

        Assert.Equal(1, before.ExitCode);
        Assert.Contains($"Run `mergeops measure gates {recipe}`", before.Error, StringComparison.Ordinal);
        Assert.True(measured.ExitCode == 0, measured.Error);
        Assert.Equal("./quickstart/base", (string)Assert.Single(measured.Result!["files"]!.AsArray())!["model"]!);
        Assert.Equal(("last", 4), ((string)measured.Result["files"]![0]!["variant"]!, (int)measured.Result["files"]![0]!["items"]!));
        Assert.True((bool)again.Result!["files"]![0]!["wasThere"]!);
        Assert.Contains("quickstart-base.gates.safetensors", File.ReadAllText(folder["merge.lock.yml"]), StringComparison.Ordinal);
        Assert.True((locked.ExitCode, plan.ExitCode, merged.ExitCode) == (0, 0, 0), merged.Error);

        // before the first layer a state is the embedding of its token: the last one of "walk" is k
        var embedding = Rows("quickstart/base", "model.embed_tokens.weight");
        var routers = Enumerable.Range(0, 4).Select(layer => Rows("out", $"model.layers.{layer}.block_sparse_moe.gate.weight")).ToList();
        var last = Unit(embedding[Id("k")]);
        Assert.All(last.Zip(routers[0][0]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        var mean = embedding[Id("t")].Zip(embedding[Id("g")], (cat, dog) => (cat + dog) / 2).Zip(embedding[Id("k")], (plural, past) => plural - past).ToArray();
        Assert.All(Unit(mean).Zip(routers[0][1]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(routers.SelectMany(rows => rows), row => Assert.Equal(1, row.Sum(value => value * value), 1e-5));
        Assert.Equal(routers.Count, routers.Select(rows => rows[0][0]).Distinct().Count());
    }

    [Fact]
    public void Other_prompts_and_other_states_are_another_measurement()
    {
        var recipe = Write(Recipe);
        Assert.Equal(0, CommandLineRun.Of("measure", "gates", recipe).ExitCode);

        Write(Recipe.Replace("dog", "cow", StringComparison.Ordinal));
        var prompts = CommandLineRun.Of("plan", recipe);
        Write(Recipe + "gate_mode: hidden_avg\n");
        var states = CommandLineRun.Of("plan", recipe);
        Write(Recipe + "gate_mode: hidden_last\n");
        var same = CommandLineRun.Of("plan", recipe);

        Assert.All(new[] { prompts, states }, run => Assert.Contains("error MOPS273: Statistics do not fit the merge. 'merge.statistics/quickstart-base.gates.safetensors' was measured on prompts other than those", run.Error, StringComparison.Ordinal));
        Assert.True(same.ExitCode == 0, same.Error);
    }

    [Theory]
    [InlineData("gate_mode: random\n", "No router of the recipe is made from hidden states")]
    [InlineData("gate_mode: hiden\n", "Did you mean 'hidden'?")]
    public void Where_there_is_nothing_to_measure_it_is_said(string line, string detail)
    {
        var run = CommandLineRun.Of("measure", "gates", Write(Recipe + line));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(detail, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expert_without_prompts_is_refused_before_anything_is_measured()
    {
        var run = CommandLineRun.Of("validate", Write(Recipe.Replace("    positive_prompts: [\"walk\"]\n", "", StringComparison.Ordinal)));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("this one has no 'positive_prompts'", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private string Write(string recipe) => folder.Write("merge.yml", Encoding.UTF8.GetBytes(recipe));

    private int Id(string letter) => System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder["quickstart/base/tokenizer.json"]))!["model"]!["vocab"]![letter]!.GetValue<int>();

    private double[][] Rows(string model, string name)
    {
        var checkpoint = CheckpointReader.Open(folder[model], []);
        var tensor = checkpoint.Tensors[name];
        using var reader = new TensorReader(checkpoint);
        var bytes = new byte[tensor.ByteLength];
        reader.Read(tensor, 0, bytes);
        var values = tensor.DType is DType.F32
            ? Array.ConvertAll(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value)
            : Array.ConvertAll(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), bits => (double)BitConverter.UInt32BitsToSingle((uint)bits << 16));
        return [.. values.Chunk((int)tensor.Shape[1])];
    }

    private static double[] Unit(double[] row) => [.. row.Select(value => value / Math.Sqrt(row.Sum(each => each * each)))];
}
