using System.Text.Json.Nodes;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Coefficients that are learned, on the quickstart's real models.</summary>
public sealed class LearnedCoefficientsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;

    public LearnedCoefficientsTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        foreach (var part in new[] { "base", "past", "plurals", "tasks" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "recipes", "quickstart", part)))
            {
                folder.Write(Path.Combine("quickstart", part, Path.GetFileName(file)), File.ReadAllBytes(file));
            }
        }

        foreach (var task in new[] { "past", "plurals" })
        {
            // the last ones are learned on, and the first ones judge
            var lines = File.ReadAllLines(folder[$"quickstart/tasks/{task}.validation.jsonl"]);
            File.WriteAllLines(folder[$"{task}.learn.jsonl"], lines[^4..]);
            File.WriteAllLines(folder[$"{task}.validation.jsonl"], lines[..6]);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("adamerging")]
    [InlineData("adamerging_supervised")]
    [InlineData("gradient")]
    public void A_descent_chooses_the_best_of_its_points_and_a_merge_takes_them(string searcher)
    {
        var recipe = Recipe(searcher, 4);

        var chosen = Search(recipe);
        var plan = CommandLineRun.Of(environment, "plan", recipe);

        Assert.Equal(4, chosen.Curve.Points.Length);
        Assert.Equal([0.3, 0.3], chosen.Curve.Points[0].Values);
        // each number moved by about the rate
        Assert.All(chosen.Curve.Points[1].Values, value => Assert.Equal(0.1, Math.Abs(value - 0.3), 1e-3));
        Assert.Equal(chosen.Curve.Points.Max(point => point.Score), chosen.Curve.Points[chosen.Curve.Chosen].Score);
        Assert.Equal(0, plan.ExitCode);
    }

    [Fact]
    public void Supervised_learning_finds_what_answers_more_than_the_start_does()
    {
        var chosen = Search(Recipe("adamerging_supervised", 8));

        Assert.True(chosen.Curve.Points[chosen.Curve.Chosen].Score > chosen.Curve.Points[0].Score);
        // with answers both models are wanted more than by a third
        Assert.All(chosen.Values, value => Assert.InRange(value, 0.35, 1.2));
    }

    [Fact]
    public void Coefficients_by_layers_and_a_stopped_search_give_what_one_run_gives()
    {
        var whole = Search(Recipe("adamerging_supervised", 3, layers: 2));
        var slopes = Directory.GetFiles(folder["home"], "*.json", SearchOption.AllDirectories).Count(IsLearned);

        var again = Search(Recipe("adamerging_supervised", 4, layers: 2));

        Assert.Equal(4, whole.Values.Length);
        Assert.Equal(3, slopes);
        Assert.Equal(whole.Curve.Points.Select(point => (string.Join(' ', point.Values), point.Score)), again.Curve.Points.Take(3).Select(point => (string.Join(' ', point.Values), point.Score)));
        Assert.Equal(4, Directory.GetFiles(folder["home"], "*.json", SearchOption.AllDirectories).Count(IsLearned));

        static bool IsLearned(string path) => Path.GetFileName(Path.GetDirectoryName(path)) == "learned";
    }

    [Fact]
    public void Entropy_needs_no_answers_and_reads_none()
    {
        var recipe = Recipe("adamerging", 3);
        var first = Search(recipe);
        foreach (var task in new[] { "past", "plurals" })
        {
            var path = folder[$"{task}.learn.jsonl"];
            File.WriteAllLines(path, File.ReadAllLines(path).Select(line => line[..line.IndexOf(",\"answer\"", StringComparison.Ordinal)] + "}"));
        }

        var stale = CommandLineRun.Of(environment, "plan", recipe);
        var without = Search(recipe);
        var supervised = CommandLineRun.Of(environment, "search", Recipe("adamerging_supervised", 3));

        Assert.Contains("chosen on different data", stale.Error, StringComparison.Ordinal);
        Assert.Equal(first.Curve.Points.Select(point => string.Join(' ', point.Values)), without.Curve.Points.Select(point => string.Join(' ', point.Values)));
        Assert.Equal(1, supervised.ExitCode);
        Assert.Contains("Give each row a 'label', a 'completion' or an 'answer'", supervised.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("merge_method: task_arithmetic", "merge_method: ties", "MOPS158", "'ties' does more than add them to the base")]
    [InlineData("dtype: bfloat16", "post: [{ lines: { alpha: 0.5 } }]", "MOPS158", "'post' changes what is added")]
    [InlineData("{ data: past.learn.jsonl }", "{ data: past.validation.jsonl }", "MOPS667", "They cannot judge what was learned from them")]
    [InlineData(", calibration: { data: past.learn.jsonl }", "", "MOPS690", "there is none for './quickstart/past'")]
    [InlineData("past.learn.jsonl", "none.jsonl", "MOPS", "none.jsonl")]
    [InlineData("evaluations: 4", "evaluations: 1", "MOPS158", "'evaluations' must be at least 2")]
    [InlineData("rate: 0.1", "rate: 0", "MOPS", "'rate'")]
    [InlineData("parameters: { lambda: 1 }", "parameters: { normalize: true }", "MOPS158", "without 'normalize'")]
    [InlineData("- { parameter: weight, model: ./quickstart/past, from: 0, to: 1 }", "- { parameter: lambda, from: 0, to: 1 }", "MOPS158", "but not both")]
    public void What_cannot_be_learned_is_refused_by_name(string from, string to, string code, string why)
    {
        var recipe = Recipe("adamerging_supervised", 4);
        var text = File.ReadAllText(recipe).Replace(from, to, StringComparison.Ordinal);
        if (to.Contains("lambda, from", StringComparison.Ordinal))
        {
            text = text.Replace("parameters: { lambda: 1 }\n", "", StringComparison.Ordinal).Replace("model: ./quickstart/past,", "model: ./quickstart/past, parameters: { weight: 1 },", StringComparison.Ordinal);
        }

        File.WriteAllText(recipe, text);

        var run = CommandLineRun.Of(environment, "search", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error {code}", run.Error, StringComparison.Ordinal);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(BesideRecipe.Chosen(recipe)));
    }

    [Theory]
    [InlineData("adamerging")]
    [InlineData("gradient")]
    public void Models_that_predict_no_tokens_are_refused_before_they_are_opened(string searcher)
    {
        foreach (var part in new[] { "base", "past", "plurals" })
        {
            var config = folder[$"quickstart/{part}/config.json"];
            var json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
            (json["architectures"], json["model_type"]) = (new JsonArray("BertModel"), "bert");
            File.WriteAllText(config, json.ToJsonString());
        }

        var run = CommandLineRun.Of(environment, "search", Recipe(searcher, 4));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'{searcher}' learns from the tokens that the merged model predicts, and './quickstart/base' predicts none here: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("with 'golden', 'grid' or 'cma_es' on items of 'sts' or 'retrieval'", run.Error, StringComparison.Ordinal);
    }

    private ChosenValues Search(string recipe)
    {
        var run = CommandLineRun.Of(environment, "search", recipe);
        Assert.True(run.ExitCode == 0, run.Error);
        return ChosenValues.Read(BesideRecipe.Chosen(recipe), File.ReadAllText(BesideRecipe.Chosen(recipe)));
    }

    private string Recipe(string searcher, int evaluations, int layers = 1)
    {
        var path = folder["learned.yml"];
        var entries = layers == 1 ? "" : $"layers: {layers}, ";
        File.WriteAllText(path, $$"""
            merge_method: task_arithmetic
            base_model: ./quickstart/base
            parameters: { lambda: 1 }
            models:
              - { model: ./quickstart/past, calibration: { data: past.learn.jsonl } }
              - { model: ./quickstart/plurals, calibration: { data: plurals.learn.jsonl } }
            search:
              searcher: {{searcher}}
              rate: 0.1
              parameters:
                - { parameter: weight, model: ./quickstart/past, {{entries}}from: 0, to: 1 }
                - { parameter: weight, model: ./quickstart/plurals, {{entries}}from: 0, to: 1 }
              objective:
                metric: mean.accuracy
                tasks: [{ name: past, data: past.validation.jsonl }, { name: plurals, data: plurals.validation.jsonl }]
              evaluations: {{evaluations}}
            dtype: bfloat16

            """);
        return path;
    }
}
