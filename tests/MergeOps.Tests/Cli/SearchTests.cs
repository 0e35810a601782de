using System.Text.RegularExpressions;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Searches of the quickstart's λ, on its real models and items.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;

    public SearchTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        var recipes = Path.Combine(Repository.Root, "recipes");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(recipes, "quickstart"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder["recipes"], Path.GetRelativePath(recipes, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Six_evaluations_find_a_number_within_two_points_of_the_best_of_eleven_on_the_test_items()
    {
        var grid = Search(Recipe("grid", "grid", 11, items: "test", evaluates: false));
        var best = grid.Curve.Points.Max(point => point.Score!.Value);

        var tested = Enumerable.Range(0, 5).Select(seed => Search(Recipe($"golden-{seed}", "golden", 6, seed: seed, sample: 40))).ToList();

        Assert.All(tested, chosen => Assert.InRange(chosen.Curve.Points.Length, 2, 6));
        Assert.InRange(tested.Count(chosen => chosen.Test!.Score >= best - 0.02), 4, 5);
    }

    [Fact]
    public void The_norm_rule_takes_the_scale_that_follows_from_what_analyze_says()
    {
        var recipe = Recipe("ruled", "norm_rule", 1, sample: 5, evaluates: false);
        var plain = Path.Combine(folder["recipes"], "plain.yml");
        File.WriteAllText(plain, File.ReadAllText(recipe)[..File.ReadAllText(recipe).IndexOf("search:", StringComparison.Ordinal)] + "dtype: bfloat16\n");

        var search = CommandLineRun.Of(environment, "search", recipe, "--format", "json");
        var analysis = CommandLineRun.Of(environment, "analyze", plain, "--format", "json");

        Assert.True(search.ExitCode == 0, search.Error);
        var pairs = analysis.Result!["pairs"]!.AsArray().Where(pair => ((string)pair!["a"]!).StartsWith("./", StringComparison.Ordinal) && ((string)pair["b"]!).StartsWith("./", StringComparison.Ordinal)).ToList();
        var norms = analysis.Result["models"]!.AsArray().Where(model => ((string)model!["model"]!).StartsWith("./", StringComparison.Ordinal)).ToDictionary(model => (string)model!["model"]!, model => (double)model!["total"]!["norm"]!);
        var squared = norms.Values.Sum(norm => norm * norm) + (2 * pairs.Sum(pair => (double)pair!["total"]!["cosine"]! * norms[(string)pair["a"]!] * norms[(string)pair["b"]!]));
        Assert.Equal(norms.Values.Average() / Math.Sqrt(squared), (double)search.Result!["values"]![0]!["values"]![0]!, 1e-4);
    }

    [Fact]
    public void Nothing_is_planned_before_the_numbers_are_chosen_and_a_run_merges_with_them()
    {
        var recipe = Recipe("tuned", "golden", 3, sample: 40);

        var early = CommandLineRun.Of(environment, "plan", recipe);
        var search = CommandLineRun.Of(environment, "search", recipe, "--format", "json");
        var again = CommandLineRun.Of(environment, "search", recipe);
        var run = CommandLineRun.Of(environment, "run", recipe);
        var explained = CommandLineRun.Of(environment, "explain", recipe, "model.norm.weight");

        Assert.Equal(1, early.ExitCode);
        Assert.Contains($"error MOPS660: Numbers in the recipe are not chosen yet. 'lambda' is searched, and there is no 'tuned.chosen.yml'. Run `mergeops search {recipe}`", early.Error, StringComparison.Ordinal);
        Assert.Equal(0, search.ExitCode);
        var value = search.Result!["values"]![0]!["values"]![0]!.GetValue<double>();
        Assert.Equal(BesideRecipe.Chosen(recipe), search.Result["path"]!.GetValue<string>());
        Assert.Contains("Nothing new", again.Error, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(value.ToString(System.Globalization.CultureInfo.InvariantCulture), explained.Output, StringComparison.Ordinal);
        Assert.Contains("tuned.chosen.yml", explained.Output, StringComparison.Ordinal);
        // the digest of an ordinary merge with that number
        var plain = Path.Combine(folder["recipes"], "plain.yml");
        File.WriteAllText(plain, File.ReadAllText(recipe)[..File.ReadAllText(recipe).IndexOf("search:", StringComparison.Ordinal)] + $"parameters: {{ lambda: {value.ToString(System.Globalization.CultureInfo.InvariantCulture)} }}\ndtype: bfloat16\n");
        File.Copy(Path.ChangeExtension(recipe, ".lock.yml"), Path.ChangeExtension(plain, ".lock.yml"));
        var merged = CommandLineRun.Of(environment, "merge", plain, "--out", folder["plain"], "--format", "json");
        Assert.Equal(merged.Result!["model"]!["planDigest"]!.GetValue<string>(), search.Result["points"]![search.Result["chosen"]!.GetValue<int>()]!["plan"]!.GetValue<string>());
        Assert.Contains($"model {merged.Result["model"]!["modelDigest"]!.GetValue<string>()[..12]}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_model_brings_its_chosen_numbers_and_the_reports_show_the_curve()
    {
        var recipe = Recipe("tuned", "grid", 3, sample: 5);
        Search(recipe);
        File.AppendAllText(recipe, "publish: { folder: ../published }\n");

        var run = CommandLineRun.Of(environment, "run", recipe);
        var verified = CommandLineRun.Of(environment, "verify", folder["published/0.1.0"], "--rebuild", "--models", folder["recipes"]);

        Assert.Equal((0, ""), (run.ExitCode, string.Join('\n', run.Error.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)))));
        Assert.Equal(File.ReadAllText(BesideRecipe.Chosen(recipe)), File.ReadAllText(folder["published/0.1.0/mergeops.chosen.yml"]));
        Assert.Contains("Numbers chosen on validation items by `grid`:", File.ReadAllText(folder["published/0.1.0/README.md"]), StringComparison.Ordinal);
        Assert.True(verified.ExitCode == 0, verified.Error);
    }

    [Fact]
    public void A_number_that_somebody_wrote_over_the_chosen_one_is_refused()
    {
        var recipe = Recipe("tuned", "grid", 3, sample: 5, evaluates: false);
        Search(recipe);
        var chosen = File.ReadAllText(BesideRecipe.Chosen(recipe));
        File.WriteAllText(BesideRecipe.Chosen(recipe), Regex.Replace(chosen, @"(?m)^    value: .*$", "    value: 9", RegexOptions.None, TimeSpan.FromSeconds(1)));

        var plan = CommandLineRun.Of(environment, "plan", recipe);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("its values are not those of the point that it chose", plan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_was_stopped_goes_on_and_chooses_what_one_run_chooses()
    {
        var short3 = Recipe("tuned", "golden", 3);
        Search(short3);
        var scores = Directory.GetFiles(folder["home/scores"]).Length;

        var resumed = Search(Recipe("tuned", "golden", 5));
        var fresh = new SearchTests();
        var whole = fresh.Search(fresh.Recipe("tuned", "golden", 5));
        fresh.Dispose();

        Assert.Equal(whole.Write(), resumed.Write());
        Assert.True(Directory.GetFiles(folder["home/scores"]).Length > scores);
    }

    [Fact]
    public void Each_variant_of_a_recipe_has_numbers_of_its_own()
    {
        var recipe = Recipe("sized", "grid", 2, sample: 5, evaluates: false);
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("weight: 1.0", "weight: \"${w}\"", StringComparison.Ordinal) + "variants:\n  - { name: whole, w: 1.0 }\n  - { name: half, w: 0.5 }\n");
        Assert.Equal(0, CommandLineRun.Of(environment, "lock", recipe).ExitCode);

        var search = CommandLineRun.Of(environment, "search", recipe);

        Assert.True(search.ExitCode == 0, search.Error);
        Assert.Equal(["sized.half.chosen.yml", "sized.whole.chosen.yml"], Directory.GetFiles(folder["recipes"], "*.chosen.yml").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var plan = CommandLineRun.Of(environment, "plan", recipe);
        Assert.True(plan.ExitCode == 0, plan.Error);
    }

    [Fact]
    public void The_last_recipe_of_a_file_is_searched_on_the_result_of_the_one_before()
    {
        var recipe = Recipe("staged", "grid", 2, sample: 5, evaluates: false);
        var text = File.ReadAllText(recipe);
        var models = text[text.IndexOf("models:", StringComparison.Ordinal)..text.IndexOf("search:", StringComparison.Ordinal)];
        File.WriteAllText(recipe, $"name: first\nmerge_method: linear\n{models}---\n{text.Replace(models, "models: [{ model: first, parameters: { weight: 1.0 } }]\n", StringComparison.Ordinal)}");

        var chosen = Search(recipe);
        var merge = CommandLineRun.Of(environment, "merge", recipe, "--out", folder["staged"], "--format", "json");

        Assert.True(merge.ExitCode == 0, merge.Error);
        Assert.Equal(chosen.Plans[chosen.Curve.Chosen], (string)merge.Result!["model"]!["planDigest"]!);
    }

    [Fact]
    public async Task A_search_that_was_killed_goes_on_and_chooses_what_one_run_chooses()
    {
        var recipe = Recipe("tuned", "golden", 5, evaluates: false);
        using (var killed = ChildProcess.Start(["search", recipe], environment))
        {
            while (!killed.HasExited && (!Directory.Exists(folder["home/scores"]) || Directory.GetFiles(folder["home/scores"], "*.json").Length < 4))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken);
            }

            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(BesideRecipe.Chosen(recipe)));
        var resumed = Search(recipe);
        using var fresh = new SearchTests();
        Assert.Equal(fresh.Search(fresh.Recipe("tuned", "golden", 5, evaluates: false)).Write(), resumed.Write());
    }

    [Theory]
    [InlineData("weight: 1.0", "weight: 0.9", "for a different merge")]
    [InlineData("to: 1 }", "to: 2 }", "in a different space")]
    [InlineData("metric: mean.accuracy", "metric: past.accuracy", "on different data")]
    public void Numbers_that_were_chosen_for_something_else_are_out_of_date(string from, string to, string why)
    {
        var recipe = Recipe("tuned", "grid", 2, sample: 5, evaluates: false);
        Search(recipe);
        Assert.Equal(0, CommandLineRun.Of(environment, "plan", recipe).ExitCode);
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace(from, to, StringComparison.Ordinal));

        var plan = CommandLineRun.Of(environment, "plan", recipe);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("error MOPS662: The chosen numbers are out of date.", plan.Error, StringComparison.Ordinal);
        Assert.Contains(why, plan.Error, StringComparison.Ordinal);
        Assert.Contains($"Run `mergeops search {recipe}` again.", plan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_items_make_the_numbers_out_of_date()
    {
        var recipe = Recipe("tuned", "grid", 2, evaluates: false);
        Search(recipe);
        File.AppendAllText(folder["recipes/quickstart/tasks/past.validation.jsonl"], """{"prompt": "Kim, today they jump, and yesterday?", "answer": " jumped."}""" + "\n");

        Assert.Contains("on different data", CommandLineRun.Of(environment, "plan", recipe).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_items_that_are_test_items_are_refused()
    {
        var recipe = Recipe("tuned", "grid", 2, items: "test");

        var run = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS663: Validation items are test items. The items of 'comparatives' are those of the test task 'comparatives'.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_items_that_differ_from_test_items_in_white_space_alone_are_refused()
    {
        var recipe = Recipe("tuned", "grid", 2);
        var first = File.ReadLines(folder["recipes/quickstart/tasks/past.test.jsonl"]).First();
        File.AppendAllText(folder["recipes/quickstart/tasks/past.validation.jsonl"], first.Replace(", and", ",  and", StringComparison.Ordinal) + "\n");

        var run = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS663: Validation items are test items. 1 of the ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_without_a_search_is_told_so()
    {
        var recipe = Recipe("tuned", "grid", 2);
        File.WriteAllText(recipe, File.ReadAllText(recipe)[..File.ReadAllText(recipe).IndexOf("search:", StringComparison.Ordinal)]);

        Assert.Contains("error MOPS664", CommandLineRun.Of(environment, "search", recipe).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 1", "version: 2", "It has version 2; this program reads version 1. Update MergeOps.")]
    [InlineData("chosen: ", "chosen: 9", "it chooses a point that does not exist")]
    [InlineData("version: 1\n", "<<<<<<< ours\nversion: 1\n", "unresolved git conflict")]
    public void A_damaged_or_newer_file_is_refused_by_name(string from, string to, string why)
    {
        var recipe = Recipe("tuned", "grid", 2, sample: 5, evaluates: false);
        Search(recipe);
        var path = BesideRecipe.Chosen(recipe);
        File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));

        var plan = CommandLineRun.Of(environment, "plan", recipe);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("error MOPS661", plan.Error, StringComparison.Ordinal);
        Assert.Contains(why, plan.Error, StringComparison.Ordinal);
    }

    private ChosenValues Search(string recipe)
    {
        var run = CommandLineRun.Of(environment, "search", recipe);
        Assert.True(run.ExitCode == 0, run.Error);
        var path = BesideRecipe.Chosen(recipe);
        var chosen = ChosenValues.Read(path, File.ReadAllText(path));
        // one spelling for one content
        Assert.Equal(File.ReadAllText(path), chosen.Write());
        return chosen;
    }

    private string Recipe(string name, string searcher, int evaluations, int seed = 0, int? sample = null, string items = "validation", bool evaluates = true)
    {
        var tasks = new[] { "comparatives", "past", "plurals" };
        var path = Path.Combine(folder["recipes"], $"{name}.yml");
        File.WriteAllText(path, $$"""
            merge_method: task_arithmetic
            base_model: ./quickstart/base
            models:
            {{Lines(tasks, task => $"  - {{ model: ./quickstart/{task}, parameters: {{ weight: 1.0 }} }}")}}
            {{(evaluates ? $"evaluate:\n  tasks:\n{Lines(tasks, task => $"    - {{ name: {task}, data: ./quickstart/tasks/{task}.test.jsonl }}")}" : "")}}
            search:
              searcher: {{searcher}}
              parameters:
                - { parameter: lambda, from: 0, to: 1 }
              objective:
                metric: mean.accuracy
                tasks:
            {{Lines(tasks, task => $"      - {{ name: {task}, data: ./quickstart/tasks/{task}.{items}.jsonl }}")}}
                {{(sample is null ? "" : $"sample: {sample}")}}
              evaluations: {{evaluations}}
              seed: {{seed}}
            dtype: bfloat16

            """);
        return path;

        static string Lines(string[] tasks, Func<string, string> line) => string.Join('\n', tasks.Select(line));
    }
}
