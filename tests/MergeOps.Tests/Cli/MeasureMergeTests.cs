using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Merges whose statistics are measured in the merge itself, on the quickstart's real models.</summary>
[RunsAlone("merges")]
public sealed class MeasureMergeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;

    public MeasureMergeTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        foreach (var part in new[] { "base", "past", "plurals", "tasks" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "recipes", "quickstart", part)))
            {
                folder.Write(Path.Combine("quickstart", part, Path.GetFileName(file)), File.ReadAllBytes(file));
            }
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("regmean_plus", "merged_gram", "alpha: 0.9", "alpha: 0.8")]
    [InlineData("gradient", "update", "learning_rate: 0.0005", "learning_rate: 0.0006")]
    public void It_is_measured_once_and_then_planned_locked_and_rebuilt_bit_by_bit_without_data(string method, string kind, string parameter, string other)
    {
        var recipe = Recipe(method, parameter);

        var early = CommandLineRun.Of(environment, "plan", recipe);
        var measured = CommandLineRun.Of(environment, "measure", kind, recipe, "--format", "json");
        var again = CommandLineRun.Of(environment, "measure", kind, recipe, "--format", "json");
        var elsewhere = CommandLineRun.Of(TestEnvironment.WithHome(folder["other"]), "measure", kind, recipe, "--out", folder["out"], "--max-memory", "64MB");

        Assert.Equal(1, early.ExitCode);
        Assert.Contains($"Run `mergeops measure {kind} {recipe}`", early.Error, StringComparison.Ordinal);
        Assert.True(measured.ExitCode == 0, measured.Error);
        var files = measured.Result!["files"]!.AsArray().Select(file => (string)file!["path"]!).ToList();
        Assert.All(again.Result!["files"]!.AsArray(), file => Assert.True((bool)file!["wasThere"]!));
        Assert.True(elsewhere.ExitCode == 0, elsewhere.Error);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder["out"], Path.GetFileName(file)))));
        Assert.Empty(Directory.GetDirectories(folder["home"], "measured", SearchOption.AllDirectories));

        Directory.Delete(folder["quickstart/tasks"], recursive: true);
        var locked = CommandLineRun.Of(environment, "lock", recipe);
        var plan = CommandLineRun.Of(environment, "plan", recipe);
        var first = CommandLineRun.Of(environment, "merge", recipe, "--out", folder["first"], "--threads", "1");
        var second = CommandLineRun.Of(environment, "merge", recipe, "--out", folder["second"], "--threads", "3", "--max-memory", "64MiB");
        Assert.Equal((0, 0, 0, 0), (locked.ExitCode, plan.ExitCode, first.ExitCode, second.ExitCode));
        Assert.Contains("  - kind: statistics\n    location: \"", File.ReadAllText(Path.ChangeExtension(recipe, ".lock.yml")), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder["first/model.safetensors"]), File.ReadAllBytes(folder["second/model.safetensors"]));

        Recipe(method, other);
        var stale = CommandLineRun.Of(environment, "plan", recipe);
        Recipe(method, parameter, swapped: true);
        File.Delete(Path.ChangeExtension(recipe, ".lock.yml"));
        var reordered = CommandLineRun.Of(environment, "plan", recipe);
        Assert.Equal((1, 1), (stale.ExitCode, reordered.ExitCode));
        Assert.Contains($"was measured in a merge with other parameters, which decide what it holds. Run `mergeops measure {kind} {recipe}`", stale.Error, StringComparison.Ordinal);
        Assert.Contains("of the same ones in another order", reordered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_says_loss_and_accuracy_before_and_after_on_items_that_were_held_out()
    {
        var run = CommandLineRun.Of(environment, "measure", "update", Recipe("gradient", "learning_rate: 0.001", items: 24), "--format", "json");

        Assert.True(run.ExitCode == 0, run.Error);
        var outcome = (string)run.Result!["files"]![0]!["outcome"]!;
        Assert.Matches(@"^held-out loss [\d.]+ before, [\d.]+ after; accuracy [\d.]+ % before, [\d.]+ % after; epoch [123] of 3 kept; 36 items trained on, 12 held out$", outcome);
        var numbers = System.Text.RegularExpressions.Regex.Matches(outcome, @"[\d.]+").Select(number => double.Parse(number.Value.TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(numbers[1] < numbers[0], outcome);
        Assert.True(numbers[3] >= numbers[2], outcome);
        Assert.Equal(outcome, StatisticsFile.Read((string)run.Result["files"]![0]!["path"]!).Description.Outcome);
    }

    [Fact]
    public void No_epoch_merges_what_the_average_merges()
    {
        var recipe = Recipe("gradient", "epochs: 0");
        Assert.Equal(0, CommandLineRun.Of(environment, "measure", "update", recipe).ExitCode);
        var average = folder["average.yml"];
        File.WriteAllText(average, "merge_method: linear\nparameters: { weight: 1 }\nmodels: [{ model: ./quickstart/past }, { model: ./quickstart/plurals }]\ndtype: bfloat16\n");

        Assert.Equal(0, CommandLineRun.Of(environment, "merge", recipe, "--out", folder["trained"]).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", average, "--out", folder["average"]).ExitCode);

        Assert.Equal(File.ReadAllBytes(folder["average/model.safetensors"]).Skip(10_000), File.ReadAllBytes(folder["trained/model.safetensors"]).Skip(10_000));
    }

    [Theory]
    [InlineData("regmean_plus", "update", "", "'update' is measured for 'merge_method: gradient', but this is 'regmean_plus'")]
    [InlineData("gradient", "merged_gram", "", "'merged_gram' is measured for 'merge_method: regmean_plus', but this is 'gradient'")]
    [InlineData("gradient", "update", "--model ./quickstart/past", "measured for all models together")]
    [InlineData("gradient", "updat", "", "Did you mean 'update'?")]
    public void What_is_not_measured_so_is_refused_by_name(string method, string kind, string more, string why)
    {
        var run = CommandLineRun.Of(environment, ["measure", kind, Recipe(method, "weight: 1"), .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.InRange(run.ExitCode, 1, 2);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("items: 12", "items: 1", "training needs at least two")]
    [InlineData("dtype: bfloat16", "evaluate: { tasks: [{ name: past, data: ./quickstart/tasks/past.validation.jsonl }] }", "They cannot judge what was learned from them")]
    [InlineData(", calibration: { data: ./quickstart/tasks/past.validation.jsonl, items: 12 }", "", "There is no data on which to measure './quickstart/past'")]
    [InlineData("learning_rate: 0.001", "learning_rate: -1", "'learning_rate'")]
    [InlineData("base_model: ./quickstart/base\n", "", "base_model")]
    public void What_cannot_be_trained_is_said_before_anything_is_written(string from, string to, string why)
    {
        var recipe = Recipe("gradient", "learning_rate: 0.001");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace(from, to, StringComparison.Ordinal));

        var run = CommandLineRun.Of(environment, "measure", "update", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["merge.statistics"]) && Directory.EnumerateFiles(folder["merge.statistics"]).Any());
    }

    private string Recipe(string method, string parameter, bool swapped = false, int items = 12)
    {
        var models = new[] { "past", "plurals" }.Select(task => $"  - {{ model: ./quickstart/{task}, calibration: {{ data: ./quickstart/tasks/{task}.validation.jsonl, items: {items} }} }}");
        File.WriteAllText(folder["merge.yml"], $"""
            merge_method: {method}
            {(method == "gradient" ? "base_model: ./quickstart/base" : "# no base")}
            models:
            {string.Join('\n', swapped ? models.Reverse() : models)}
            parameters:
              {parameter}
            dtype: bfloat16

            """);
        return folder["merge.yml"];
    }
}
