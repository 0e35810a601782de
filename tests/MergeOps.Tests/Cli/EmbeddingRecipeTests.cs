using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Models.Embeddings;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Recipes of embedding models: numbers that are searched over an STS objective, and settings that no model can keep.</summary>
[RunsAlone("loads libtorch")]
public sealed class EmbeddingRecipeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;

    public EmbeddingRecipeTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        using var model = new SmallEmbeddingModel();
        foreach (var file in Directory.EnumerateFiles(model.Path, "*", SearchOption.AllDirectories))
        {
            var (name, bytes) = (Path.GetRelativePath(model.Path, file), File.ReadAllBytes(file));
            folder.Write($"known/{name}", bytes);
            folder.Write($"other/{name}", name.EndsWith(".safetensors", StringComparison.Ordinal) ? Scrambled(bytes) : bytes);
        }

        // what the model of transformers' states finds: the cosines of the means of each pair of texts
        float[][] vectors = [.. model.States.Select(states => Enumerable.Range(0, states[0].Length).Select(element => states.Average(state => state[element])).ToArray())];
        var pairs = new[] { (0, 1), (0, 2), (1, 2) };
        folder.Write("pairs.jsonl", Encoding.UTF8.GetBytes(string.Concat(pairs.Select(pair => new JsonObject
        {
            ["sentence1"] = model.Texts[pair.Item1],
            ["sentence2"] = model.Texts[pair.Item2],
            ["score"] = Cosine(vectors[pair.Item1], vectors[pair.Item2]),
        }.ToJsonString() + "\n"))));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The other end of the interval is the model whose cosines the pairs' scores are, so its correlation is 100.</summary>
    [Theory]
    [InlineData("slerp", "t", "base_model: ./other\nmodels: [{ model: ./other }, { model: ./known }]")]
    [InlineData("task_arithmetic", "lambda", "base_model: ./other\nmodels: [{ model: ./known, parameters: { weight: 1 } }]")]
    public void A_number_is_searched_over_the_correlation_with_scores_of_pairs(string method, string parameter, string models)
    {
        folder.Write("recipe.yml", Encoding.UTF8.GetBytes($$"""
            merge_method: {{method}}
            {{models}}
            dtype: float32
            search:
              searcher: grid
              parameters: [{ parameter: {{parameter}}, from: 0, to: 1 }]
              objective: { metric: pairs.spearman, tasks: [{ name: pairs, kind: sts, data: pairs.jsonl }] }
              evaluations: 3
            """));

        var search = CommandLineRun.Of(environment, "search", folder["recipe.yml"], "--format", "json");

        Assert.True(search.ExitCode == 0, search.Error + search.Output);
        var points = search.Result!["points"]!.AsArray();
        var scores = points.ToDictionary(point => (double)point!["values"]![0]!, point => (double)point!["score"]!);
        Assert.Equal([0, 0.5, 1], scores.Keys.Order());
        Assert.Equal(100, scores[1], 9);
        Assert.True(scores[0] < 100);
        Assert.Contains(parameter, File.ReadAllText(folder["recipe.chosen.yml"]), StringComparison.Ordinal);
        Assert.Equal(1.0, (double)search.Result["values"]![0]!["values"]![0]!);
    }

    [Fact]
    public void A_size_that_vectors_do_not_have_is_refused_by_name_before_a_weight_is_read()
    {
        folder.Write("recipe.yml", Encoding.UTF8.GetBytes("""
            merge_method: slerp
            base_model: ./other
            models: [{ model: ./other }, { model: ./known }]
            parameters: { t: 0.5 }
            dtype: float32
            evaluate:
              tasks:
                - { name: pairs, kind: sts, data: pairs.jsonl, dimensions: [8, 16, 100000] }
            """));

        var plan = CommandLineRun.Of(environment, "plan", folder["recipe.yml"]);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("recipe.yml(8,7): error MOPS113: A value is out of range. 'dimensions' of 'pairs' asks for 100000 elements, and vectors of these models have 16. Write sizes up to 16, or 'full'.", plan.Error, StringComparison.Ordinal);
    }

    private static double Cosine(float[] one, float[] other) =>
        one.Zip(other, (a, b) => (double)a * b).Sum() / Math.Sqrt(one.Sum(a => (double)a * a) * other.Sum(b => (double)b * b));

    // every number keeps its size, and half of them their sign
    private static byte[] Scrambled(byte[] file)
    {
        var (scrambled, random) = (file.ToArray(), new Random(3));
        var values = MemoryMarshal.Cast<byte, float>(scrambled.AsSpan(8 + (int)BitConverter.ToInt64(scrambled)));
        for (var index = 0; index < values.Length; index++)
        {
            values[index] *= random.Next(2) == 0 ? 1 : -1;
        }

        return scrambled;
    }
}
