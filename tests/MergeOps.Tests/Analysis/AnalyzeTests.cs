using System.Text.Json;
using MergeOps.Tests.Golden;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>What <c>mergeops analyze</c> measures, held against the definitions computed entry by entry in float64.</summary>
public sealed class AnalyzeTests : IDisposable
{
    private const string TwoOnABase = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - {model: ./one, parameters: {weight: 0.5}}
          - {model: ./two, parameters: {weight: 0.25}}
        """;

    private readonly AnalyzedModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void Each_figure_of_a_pair_is_that_of_its_definition()
    {
        // task vectors (1, −2, 0, 3, 1) and (2, 1, 0, 0, −1)
        models.Model("base", ("w", [5], [1, 1, 1, 1, 1]))
            .Model("one", ("w", [5], [2, -1, 1, 4, 2]))
            .Model("two", ("w", [5], [3, 2, 1, 1, 0]));

        var pair = models.Json(TwoOnABase, "--trim", "40%").GetProperty("pairs")[0];

        Assert.Equal(("./one", "./two"), (pair.GetProperty("a").GetString(), pair.GetProperty("b").GetString()));
        var total = pair.GetProperty("total");
        Assert.Equal(-1 / Math.Sqrt(15 * 6), Number(total, "cosine"), 1e-9);
        Assert.Equal(2 / 5.0, Number(total, "sign_conflict"), 1e-9);
        Assert.Equal((3 + 2) / (7 + 4.0), Number(total, "sign_conflict_weighted"), 1e-9);
        Assert.Equal(3 / 5.0, Number(total, "sign_difference"), 1e-9);
        Assert.Equal(Math.Sqrt(1 + 9 + 0 + 9 + 4), Number(total, "l2_distance"), 1e-9);

        // the two largest of each are entries 3 and 1, and entries 0 and 1
        Assert.Equal(1 / 3.0, Number(total, "jaccard"), 1e-9);
        Assert.Equal(1 / 5.0, Number(total, "sign_conflict_trimmed"), 1e-9);
    }

    [Fact]
    public void The_merged_model_is_compared_as_it_would_be_written()
    {
        models.Model("base", ("w", [4], [1, 1, 1, 1])).Model("one", ("w", [4], [2, 1, 1, 1])).Model("two", ("w", [4], [1, 5, 1, 1]));

        var pairs = models.Json(TwoOnABase).GetProperty("pairs");

        // merged: 0.5 · (1, 0, 0, 0) + 0.25 · (0, 4, 0, 0)
        Assert.Equal(["./one × ./two", "./one × merged", "./two × merged"], pairs.EnumerateArray().Select(pair => $"{pair.GetProperty("a")} × {pair.GetProperty("b")}"));
        Assert.Equal(0.5 / Math.Sqrt(1.25), Number(pairs[1].GetProperty("total"), "cosine"), 1e-9);
        Assert.Equal(1 / Math.Sqrt(1.25), Number(pairs[2].GetProperty("total"), "cosine"), 1e-9);
    }

    [Fact]
    public void A_model_that_is_its_base_has_cosine_zero_with_everything()
    {
        models.Model("base", ("w", [3], [1, 2, 3])).Model("one", ("w", [3], [1, 2, 3])).Model("two", ("w", [3], [3, 2, 1]));

        var result = models.Json(TwoOnABase);

        Assert.Equal(0, Number(result.GetProperty("pairs")[0].GetProperty("total"), "cosine"));
        Assert.Equal(1, Number(result.GetProperty("models")[0].GetProperty("total"), "sparsity"));
        Assert.Equal(1, Number(result.GetProperty("models")[0].GetProperty("total"), "cosine_to_base"), 1e-9);
    }

    [Fact]
    public void Models_with_other_tensors_are_refused_by_name()
    {
        models.Model("base", ("v", [2], [1, 1]), ("w", [2], [1, 1])).Model("one", ("v", [2], [1, 2]), ("w", [2], [1, 2])).Model("two", ("w", [2], [2, 1]));

        var run = models.Run(TwoOnABase);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'v'", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void A_recipe_whose_output_is_an_adapter_is_refused_by_name()
    {
        models.Model("base", ("w", [4, 4], AnalyzedModels.Normal(1, 16))).Model("one", ("w", [4, 4], AnalyzedModels.Normal(2, 16))).Model("two", ("w", [4, 4], AnalyzedModels.Normal(3, 16)));

        var run = models.Run(TwoOnABase + "\noutput: {lora: {rank: 2, target_modules: [w]}}\n");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MOPS", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("MOPS870", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_of_another_recipe_of_the_file_is_analyzed_whole_and_not_sampled()
    {
        models.Model("base", ("w", [4, 4], AnalyzedModels.Normal(1, 16))).Model("one", ("w", [4, 4], AnalyzedModels.Normal(2, 16))).Model("two", ("w", [4, 4], AnalyzedModels.Normal(3, 16)));
        const string Two = "name: half\nmerge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 1}}\n  - {model: ./two, parameters: {weight: 1}}\n---\n"
            + "merge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - {model: half, parameters: {weight: 0.5}}\n  - {model: ./one, parameters: {weight: 0.5}}\n";

        Assert.InRange(Number(models.Json(Two).GetProperty("pairs")[0].GetProperty("total"), "cosine"), 0.5, 1);
        var sampled = models.Run(Two, "--sample", "5%");
        Assert.Equal(1, sampled.ExitCode);
        Assert.Contains("MOPS680", sampled.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_roles_and_tensors_add_up_to_the_total()
    {
        string[] names = ["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.1.self_attn.q_proj.weight", "model.layers.1.mlp.down_proj.weight"];
        foreach (var (seed, model) in new[] { "base", "one", "two" }.Index())
        {
            models.Model(model, [.. names.Select((name, i) => (name, new long[] { 6, 4 }, AnalyzedModels.Normal((10 * seed) + i, 24)))]);
        }

        var pair = models.Json(TwoOnABase).GetProperty("pairs")[0];

        Assert.Equal([0, 1], pair.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("layer").GetInt32()));
        Assert.Equal(["down", "embedding", "q"], pair.GetProperty("roles").EnumerateArray().Select(role => role.GetProperty("role").GetString()));
        Assert.Equal(names.Order(StringComparer.Ordinal), pair.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("tensor").GetString()));
        var squares = pair.GetProperty("roles").EnumerateArray().Sum(role => Math.Pow(Number(role, "l2_distance"), 2));
        Assert.Equal(Math.Pow(Number(pair.GetProperty("total"), "l2_distance"), 2), squares, 1e-6);
    }

    [Theory]
    [InlineData("--threads", "1")]
    [InlineData("--max-memory", "16MB")]
    public void Threads_and_memory_change_no_figure(params string[] options)
    {
        (string, long[])[] shapes = [("a.weight", [700, 300]), ("b.weight", [500, 120]), ("c.weight", [7])];
        foreach (var (seed, model) in new[] { "base", "one", "two" }.Index())
        {
            models.Model(model, [.. shapes.Select((shape, i) => (shape.Item1, shape.Item2, AnalyzedModels.Normal((10 * seed) + i, (int)shape.Item2.Aggregate(1L, (x, y) => x * y))))]);
        }

        Assert.Equal(models.Json(TwoOnABase).GetRawText(), models.Json(TwoOnABase, options).GetRawText());
    }

    [Theory]
    [InlineData("llama-f32")]
    [InlineData("llama-bf16")]
    [InlineData("llama-f16")]
    [InlineData("bert-f32")]
    [InlineData("qwen3-f32")]
    public void The_figures_of_the_golden_models_equal_a_direct_computation(string family)
    {
        foreach (var model in new[] { "base", "ft1", "ft2" })
        {
            Directory.CreateSymbolicLink(models.Folder[model], Repository.Data("Golden", "models", family, model));
        }

        var result = models.Json(TwoOnABase.Replace("./one", "./ft1", StringComparison.Ordinal).Replace("./two", "./ft2", StringComparison.Ordinal));

        using var origin = new FloatTensors(models.Folder["base"]);
        using var first = new FloatTensors(models.Folder["ft1"]);
        using var second = new FloatTensors(models.Folder["ft2"]);
        var direct = new DirectFigures();
        foreach (var name in AnalyzedModels.Names(models.Folder["base"]))
        {
            direct.Add(origin.Read(name), first.Read(name), second.Read(name), trimTo: 0.2);
        }

        var (one, pair) = (result.GetProperty("models")[0].GetProperty("total"), result.GetProperty("pairs")[0].GetProperty("total"));
        Assert.All(direct.OfFirst, figure => Assert.Equal(figure.Value, Number(one, figure.Name), 1e-6 * Math.Max(1, Math.Abs(figure.Value))));
        Assert.All(direct.OfPair, figure => Assert.Equal(figure.Value, Number(pair, figure.Name), 1e-6 * Math.Max(1, Math.Abs(figure.Value))));
    }

    [Fact]
    public void Without_a_base_the_weights_themselves_are_compared()
    {
        models.Model("one", ("w", [2], [3, 4])).Model("two", ("w", [2], [4, 3]));

        var result = models.Json("""
            merge_method: linear
            models:
              - {model: ./one, parameters: {weight: 1}}
              - {model: ./two, parameters: {weight: 1}}
            """);

        Assert.Equal("weights", result.GetProperty("vectors").GetString());
        Assert.Equal(24 / 25.0, Number(result.GetProperty("pairs")[0].GetProperty("total"), "cosine"), 1e-9);
    }

    [Fact]
    public void A_model_that_does_not_descend_from_the_base_is_told_from_one_that_does()
    {
        var weights = AnalyzedModels.Normal(1, 6000);
        models.Model("base", Matrices(weights))
            .Model("one", Matrices(AnalyzedModels.Sum(weights, AnalyzedModels.Normal(2, 6000), 0.5)))
            .Model("two", Matrices(AnalyzedModels.Normal(3, 6000)));

        var verdict = models.Json(TwoOnABase).GetProperty("verdict");

        Assert.Equal(["related", "unrelated"], verdict.GetProperty("relations").EnumerateArray().Select(relation => relation.GetProperty("relation").GetString()));

        // 1 / √1.25
        Assert.Equal(0.894, Number(verdict.GetProperty("relations")[0], "cosine"), 0.02);
        Assert.Equal(JsonValueKind.Null, verdict.GetProperty("advice").GetProperty("recipe").ValueKind);
        Assert.Contains("./two does not descend from ./base", models.Run(TwoOnABase).Output, StringComparison.Ordinal);

        static (string, long[], double[])[] Matrices(double[] values) =>
            [.. Enumerable.Range(0, 6).Select(i => ($"model.layers.{i}.mlp.up_proj.weight", new long[] { 50, 20 }, values[(i * 1000)..((i + 1) * 1000)]))];
    }

    [Fact]
    public void The_advised_coefficient_makes_orthogonal_task_vectors_as_long_as_one_of_them()
    {
        // two orthogonal vectors of equal length: 1 / √2
        models.Model("base", ("w", [2, 2], [1, 1, 1, 1])).Model("one", ("w", [2, 2], [2, 1, 1, 1])).Model("two", ("w", [2, 2], [1, 2, 1, 1]));

        Assert.Contains("lambda: 0.71", models.Run(TwoOnABase).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("150%")]
    [InlineData("some")]
    public void A_share_that_is_none_is_a_mistake_of_usage(string share)
    {
        var run = models.Run(TwoOnABase, "--sample", share);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--sample", run.Error, StringComparison.Ordinal);
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
