using System.Text.Json;
using System.Xml.Linq;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>What sparsifying methods would drop, before they do.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly AnalyzedModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void What_ties_would_keep_at_the_densities_of_the_recipe_is_counted()
    {
        // task vectors (4, −3, 2, 1) and (−1, −2, 5, 3)
        models.Model("base", ("w", [2, 2], [1, 1, 1, 1])).Model("one", ("w", [2, 2], [5, -2, 3, 2])).Model("two", ("w", [2, 2], [0, -1, 6, 4]));

        var result = models.Json("""
            merge_method: ties
            base_model: ./base
            models:
              - {model: ./one, parameters: {weight: 1, density: 0.5}}
              - {model: ./two, parameters: {weight: 1, density: 0.75}}
            """);

        // of the first 4 and −3 are left, of the second −2, 5 and 3; every sign is elected
        var (one, two) = (Total(result, 0), Total(result, 1));
        Assert.Equal((0.5, 25 / 30.0, 0, 1), (Number(one, "kept"), Number(one, "kept_norm"), Number(one, "overruled"), Number(one, "dare_error")), new Near());
        Assert.Equal((0.75, 38 / 39.0, 0, Math.Sqrt(1 / 3.0)), (Number(two, "kept"), Number(two, "kept_norm"), Number(two, "overruled"), Number(two, "dare_error")), new Near());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("trim").ValueKind);
        Assert.Equal(JsonValueKind.Null, Total(result, 2).GetProperty("kept").ValueKind);
    }

    [Fact]
    public void Entries_of_the_losing_sign_are_overruled()
    {
        // (3, 1) and (−1, 2): the first entry's sum is positive
        models.Model("base", ("w", [1, 2], [0, 0])).Model("one", ("w", [1, 2], [3, 1])).Model("two", ("w", [1, 2], [-1, 2]));

        var result = models.Json("merge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - {model: ./one, parameters: {weight: 1}}\n  - {model: ./two, parameters: {weight: 1}}\n", "--trim", "100%");

        Assert.Equal((0, 0.5), (Number(Total(result, 0), "overruled"), Number(Total(result, 1), "overruled")));
    }

    [Fact]
    public void The_keep_rate_is_measured_on_the_tasks_of_the_recipe()
    {
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");
        var recipe = $"""
            merge_method: ties
            base_model: {quickstart}/base
            models:
              - model: {quickstart}/past
              - model: {quickstart}/plurals
            parameters: {"{density: 0.5, weight: 1}"}
            evaluate:
              tasks:
                - {"{name: past, data: past.jsonl}"}
            """;
        File.WriteAllLines(models.Folder["past.jsonl"], File.ReadLines(Path.Combine(quickstart, "tasks", "past.test.jsonl")).Take(24));
        File.WriteAllText(models.Folder["recipe.yml"], recipe);

        var run = CommandLineRun.Of(TestEnvironment.WithHome(models.Folder["home"]), "analyze", models.Folder["recipe.yml"], "--keep-rate", "--format", "json", "--html", models.Folder["page.html"]);

        Assert.True(run.ExitCode == 0, run.Error);
        DeclaredOutput.Check(run.Output);
        var curves = JsonDocument.Parse(run.Output).RootElement.GetProperty("result").GetProperty("keep_rate");
        var accuracy = curves.EnumerateArray().First(curve => curve.GetProperty("metric").GetString() == "past.accuracy").GetProperty("points").EnumerateArray().ToList();
        Assert.Equal([1, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01], accuracy.Select(point => point.GetProperty("density").GetDouble()));

        // all of it knows the rule, a hundredth of it is nearly the base, which does not
        Assert.True(accuracy[0].GetProperty("score").GetDouble() > accuracy[^1].GetProperty("score").GetDouble());
        Assert.Contains("Scores by the share that is kept", File.ReadAllText(models.Folder["page.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_keep_rate_needs_a_density_to_vary()
    {
        models.Model("base", ("w", [1, 2], [0, 0])).Model("one", ("w", [1, 2], [3, 1])).Model("two", ("w", [1, 2], [-1, 2]));

        var run = models.Run("merge_method: linear\nmodels:\n  - {model: ./one, parameters: {weight: 1}}\n  - {model: ./two, parameters: {weight: 1}}\n", "--keep-rate");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'dare_linear'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_and_the_image_show_the_cosine_of_each_layer_and_role()
    {
        string[] names = ["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight", "model.layers.1.mlp.up_proj.weight"];
        foreach (var (seed, model) in new[] { "base", "one", "two" }.Index())
        {
            models.Model(model, [.. names.Select((name, i) => (name, new long[] { 8, 8 }, AnalyzedModels.Normal((10 * seed) + i, 64)))]);
        }

        var run = models.Run("name: \"<b>\"\nmerge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - {model: ./one, parameters: {weight: 1}}\n  - {model: ./two, parameters: {weight: 1}}\n", "--html", models.Folder["page.html"], "--svg", models.Folder["map.svg"]);

        Assert.True(run.ExitCode == 0, run.Error);
        var image = XDocument.Load(models.Folder["map.svg"]);
        XNamespace svg = "http://www.w3.org/2000/svg";
        var cells = image.Descendants(svg + "rect").Where(rect => ((string?)rect.Attribute("class"))?.StartsWith("cell", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(3 * names.Length, cells.Count);
        Assert.Contains(image.Descendants(svg + "title"), title => title.Value.StartsWith("q of layer 0: ", StringComparison.Ordinal));
        var page = File.ReadAllText(models.Folder["page.html"]);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private static JsonElement Total(JsonElement result, int model) => result.GetProperty("models")[model].GetProperty("total");

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private sealed class Near : IEqualityComparer<(double, double, double, double)>
    {
        public bool Equals((double, double, double, double) x, (double, double, double, double) y) =>
            new[] { x.Item1 - y.Item1, x.Item2 - y.Item2, x.Item3 - y.Item3, x.Item4 - y.Item4 }.All(apart => Math.Abs(apart) <= 1e-6);

        public int GetHashCode((double, double, double, double) figures) => 0;
    }
}
