using MergeOps.Merging;
using MergeOps.Methods.Operators;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tests.Golden;
using MergeOps.Tests.Merging;
using MergeOps.Tests.Recipes;
using Xunit;
using static MergeOps.Tests.Methods.ReferenceFormulas;

namespace MergeOps.Tests.Methods;

/// <summary>The configurations that articles give, unmodified, on small models of the same names: every value agrees with the reference's formula.</summary>
public sealed class ArticleRecipesTests : IDisposable
{
    private const string Base = "meta-llama/Llama-3.1-8B-Instruct";
    private const string Hermes = "NousResearch/Hermes-3-Llama-3.1-8B";
    private const string DeepSeek = "deepseek-ai/DeepSeek-R1-Distill-Llama-8B";
    private const int Layers = 4;

    /// <summary>Of the largest magnitude: what float32 arithmetic may lose.</summary>
    private const double SingleTolerance = 2e-6;

    private readonly SmallModels models = new();

    public ArticleRecipesTests()
    {
        Write(Base, seed: 1, spread: 1, origin: null);
        Write(Hermes, seed: 2, spread: 0.2, origin: 1);
        Write(DeepSeek, seed: 3, spread: 0.3, origin: 1);
        Write("model1", seed: 4, spread: 1, origin: null);
        Write("model2", seed: 5, spread: 1, origin: null);
    }

    public static TheoryData<string> Recipes =>
        [.. Directory.EnumerateFiles(Repository.Data("Recipes", "articles"), "*.yml").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    public void Dispose() => models.Dispose();

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Every_value_is_the_formulas(string name)
    {
        using var merged = new FloatTensors(Merge(name));
        string[] folders = name.StartsWith("slerp-", StringComparison.Ordinal) ? ["model1", "model2", "model2"] : [Base, Hermes, DeepSeek];
        using var b = new FloatTensors(models.Folder[folders[0]]);
        using var h = new FloatTensors(models.Folder[folders[1]]);
        using var r = new FloatTensors(models.Folder[folders[2]]);

        Assert.Equal(b.Infos.Keys, merged.Infos.Keys);
        Assert.All(merged.Infos.Values, tensor =>
        {
            var expected = Expected(name, tensor, b.Read(tensor.Name), h.Read(tensor.Name), r.Read(tensor.Name));
            var values = merged.Read(tensor.Name);
            var tolerance = SingleTolerance * expected.Max(Math.Abs);
            for (var i = 0; i < values.Length; i++)
            {
                Assert.InRange(Math.Abs(values[i] - expected[i]), 0, tolerance + (FloatTensors.UnitAt(expected[i], tensor.DType) / 2));
            }
        });
    }

    private static double[] Expected(string recipe, TensorInfo tensor, double[] b, double[] h, double[] r)
    {
        var (dh, dr) = (Minus(h, b), Minus(r, b));
        return recipe switch
        {
            "linear" => Sum((0.5, b), (0.15, h), (0.35, r)),
            "task_arithmetic" or "dare_linear" => Sum((1, b), (0.15, dh), (0.35, dr)),
            "ties" => Moved(Elect(true, (0.3, Trim(dh, 0, Share(0.7))), (0.7, Trim(dr, 0, Share(0.7))))),
            "dare_ties" => Moved(Elect(false, (0.3, Drop(dh, Words(0), _ => 0.7)), (0.7, Drop(dr, Words(1), _ => 0.7)))),
            "breadcrumbs" => Moved(Sum((0.3, Breadcrumbs(dh, 0.9, 0.01)), (0.7, Breadcrumbs(dr, 0.9, 0.01)))),
            "breadcrumbs_ties" => Moved(Elect(false, (0.3, Breadcrumbs(dh, 0.9, 0.01)), (0.7, Breadcrumbs(dr, 0.9, 0.01)))),
            "della" => Moved(Elect(true, (0.3, Drop(dh, Words(0), ByRank(dh, Row(), 0.7, 0.01))), (0.7, Drop(dr, Words(1), ByRank(dr, Row(), 0.7, 0.01))))),
            "della_linear" => Moved(Sum((0.3, Drop(dh, Words(0), ByRank(dh, Row(), 0.7, 0.01))), (0.7, Drop(dr, Words(1), ByRank(dr, Row(), 0.7, 0.01))))),
            "model_stock" => Sum((StockRatio(dh, dr) / 2, h), (StockRatio(dh, dr) / 2, r), (1 - StockRatio(dh, dr), b)),
            "nearswap" => [.. b.Zip(r, (x, y) => x + ((y - x) * Math.Min(0.5 / Math.Max(Math.Abs(y - x), 1e-6), 1)))],
            "nuslerp" => Sum((1, b), (1, Slerp(dr, dh, 0.5, parallel: 1))),
            "sce" => Sum((1, b), (1, Sce(dh, dr, 0.7))),
            "slerp" => Slerp(b, r, 0.5),
            "slerp-gradient" => Slerp(b, r, Gradient([0, 0.5, 0.3, 0.7, 1], Position())),
            "slerp-q_proj" => Slerp(b, r, tensor.Name.Contains("q_proj", StringComparison.Ordinal) ? 0.5 : 0),
            _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe, "a recipe without a formula"),
        };

        double[] Moved(double[] change) => Sum((1, b), (0.5, change));
        int Share(double density) => (int)(density * b.Length);
        int Row() => (int)tensor.Shape[^1];
        RandomWords Words(int model) => RandomWords.Of(0, tensor.Name, model);
        double Position() => tensor.Name.Split('.') is [_, "layers", var layer, ..] ? int.Parse(layer, null) / (Layers - 1.0) : 0;
    }

    private string Merge(string name)
    {
        var path = models.Folder[name + ".yml"];
        File.Copy(Repository.Data("Recipes", "articles", name + ".yml"), path);
        var (recipe, diagnostics) = RecipeReader.Read(path, RecipeText.Catalogue);
        Assert.True(recipe is not null, string.Join("\n", diagnostics));
        var plan = Planner.Plan(recipe, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, null, diagnostics), diagnostics);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        return MergeEngine.Run(plan, new MergeOptions { Output = models.Output }, null, TestContext.Current.CancellationToken).Folder;
    }

    private void Write(string name, int seed, double spread, int? origin)
    {
        (string, long[])[] shapes =
        [
            ("model.embed_tokens.weight", [40, 16]),
            ("model.norm.weight", [16]),
            ("lm_head.weight", [40, 16]),
            .. Enumerable.Range(0, Layers).SelectMany(layer => new (string, long[])[]
            {
                ($"model.layers.{layer}.self_attn.q_proj.weight", [16, 16]),
                ($"model.layers.{layer}.mlp.up_proj.weight", [24, 16]),
            }),
        ];
        models.Model(name, [.. shapes.Select((shape, i) => (shape.Item1, DType.F32, shape.Item2, Values(shape.Item2, i)))]);
        File.WriteAllText(
            Path.Combine(models.Folder[name], "config.json"),
            $$"""{"architectures":["LlamaForCausalLM"],"model_type":"llama","num_hidden_layers":{{Layers}},"vocab_size":40,"tie_word_embeddings":false}""");

        byte[] Values(long[] shape, int tensor)
        {
            var own = Normal(seed, tensor, shape);
            var start = origin is { } first ? Normal(first, tensor, shape) : new double[own.Length];
            return SmallModels.Bytes(DType.F32, [.. own.Zip(start, (x, y) => (spread * x) + y)]);
        }
    }

    private static double[] Normal(int seed, int tensor, long[] shape)
    {
        var random = new Random((seed * 1000) + tensor);
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b))
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
