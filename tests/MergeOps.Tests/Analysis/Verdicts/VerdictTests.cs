using System.Text.Json;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Analysis.Verdicts;

/// <summary>Models that are other than they seem, and what is advised.</summary>
public sealed class VerdictTests : IDisposable
{
    private const int Side = 64;
    private static readonly string[] Roles = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"];
    private static readonly string[] Names = [.. Enumerable.Range(0, 3).SelectMany(layer => Roles.Select(role => $"model.layers.{layer}.{role}.weight"))];

    private readonly AnalyzedModels models = new();

    public VerdictTests() => Model("base", Noise(1));

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_model_that_equals_the_base_learned_nothing()
    {
        var verdict = Verdict(Noise(1), Moved(2));

        Assert.Contains("./one equals the base.", Remarks(verdict));
        Assert.Equal("none", verdict.GetProperty("tasks")[0].GetProperty("overlap").GetString());
    }

    [Fact]
    public void Rounding_to_bfloat16_is_no_task()
    {
        var rounded = Noise(1).ToDictionary(tensor => tensor.Key, tensor => Array.ConvertAll(tensor.Value, value => (double)BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits((float)value) + 0x8000) & 0xFFFF0000)));

        Assert.Contains(Remarks(Verdict(rounded, Moved(2))), remark => remark.StartsWith("./one differs from the base by no more than rounding", StringComparison.Ordinal));
    }

    [Fact]
    public void A_scaled_base_is_told()
    {
        var scaled = Noise(1).ToDictionary(tensor => tensor.Key, tensor => Array.ConvertAll(tensor.Value, value => 1.5 * value));

        var verdict = Verdict(scaled, Moved(2));

        Assert.Contains(Remarks(verdict), remark => remark.StartsWith("./one is a multiple of the base", StringComparison.Ordinal));
        Assert.Equal("related", verdict.GetProperty("relations")[0].GetProperty("relation").GetString());
    }

    [Fact]
    public void Heads_in_another_order_are_told_from_an_unrelated_model()
    {
        var reordered = Moved(2);
        foreach (var name in Names.Where(name => name.Contains("self_attn", StringComparison.Ordinal)))
        {
            // rows of q, k and v, and columns of o, in blocks of 16
            var isOutput = name.Contains("o_proj", StringComparison.Ordinal);
            var old = reordered[name];
            reordered[name] = [.. Enumerable.Range(0, Side * Side).Select(i => isOutput ? old[(i / Side * Side) + ((i + 16) % Side)] : old[(i + (16 * Side)) % (Side * Side)])];
        }

        var result = Result(reordered, Moved(3));

        var relation = result.GetProperty("verdict").GetProperty("relations")[0];
        Assert.Equal("unclear", relation.GetProperty("relation").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("verdict").GetProperty("suggestion").ValueKind);
        Assert.Contains("k, o, q, v do not match while the others do", models.Run(Recipe).Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_layers_do_not_hide_the_relation()
    {
        var frozen = Moved(2);
        foreach (var name in Names.Where(name => !name.Contains("layers.2.", StringComparison.Ordinal)))
        {
            frozen[name] = Noise(1)[name];
        }

        Assert.Equal("related", Verdict(frozen, Moved(3)).GetProperty("relations")[0].GetProperty("relation").GetString());
    }

    [Theory]
    [InlineData(0.5, "task_arithmetic")]
    [InlineData(-1, "ties")]
    public void The_suggestion_is_a_recipe_that_validates(double likeness, string method)
    {
        var (one, two) = (Moved(2), Noise(1));
        foreach (var name in Names)
        {
            // the last layer's task vectors are far more alike than the first one's
            var share = name.Contains("layers.2.", StringComparison.Ordinal) ? likeness : likeness < 0 ? likeness : 0;
            two[name] = [.. two[name].Zip(one[name], (x, y) => x + (share * (y - x))).Zip(AnalyzedModels.Normal(name.GetHashCode(StringComparison.Ordinal), Side * Side), (x, y) => x + (0.1 * y))];
        }

        var suggestion = Verdict(one, two).GetProperty("suggestion");

        Assert.Equal(method, suggestion.GetProperty("method").GetString());
        File.WriteAllText(models.Folder["suggested.yml"], suggestion.GetProperty("recipe").GetString());
        Assert.Equal(0, CommandLineRun.Of("validate", models.Folder["suggested.yml"]).ExitCode);
        var plan = CommandLineRun.Of("plan", models.Folder["suggested.yml"]);
        Assert.True(plan.ExitCode == 0, plan.Error);
        if (likeness > 0)
        {
            var layers = suggestion.GetProperty("layers").EnumerateArray().Select(weight => weight.GetDouble()).ToList();
            Assert.Equal(3, layers.Count);
            Assert.True(layers[2] < layers[0]);
        }
    }

    private const string Recipe = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - {model: ./one, parameters: {weight: 0.5}}
          - {model: ./two, parameters: {weight: 0.5}}
        """;

    private static Dictionary<string, double[]> Noise(int seed) => Names.Index().ToDictionary(name => name.Item, name => AnalyzedModels.Normal((1000 * seed) + name.Index, Side * Side));

    private static Dictionary<string, double[]> Moved(int seed) => Names.Index().ToDictionary(
        name => name.Item, name => AnalyzedModels.Sum(Noise(1)[name.Item], AnalyzedModels.Normal((1000 * seed) + name.Index, Side * Side), 0.3));

    private void Model(string name, Dictionary<string, double[]> tensors) => models.Model(name, [.. tensors.Select(tensor => (tensor.Key, new long[] { Side, Side }, tensor.Value))]);

    private JsonElement Result(Dictionary<string, double[]> one, Dictionary<string, double[]> two)
    {
        Model("one", one);
        Model("two", two);
        return models.Json(Recipe);
    }

    private JsonElement Verdict(Dictionary<string, double[]> one, Dictionary<string, double[]> two) => Result(one, two).GetProperty("verdict");

    private static IEnumerable<string> Remarks(JsonElement verdict) => verdict.GetProperty("remarks").EnumerateArray().Select(remark => remark.GetString()!);
}
