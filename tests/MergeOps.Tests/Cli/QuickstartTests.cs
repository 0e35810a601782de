using System.Text.RegularExpressions;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The README's first run, on the real models: it takes seconds because it scores six of them on 360 items.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");
    private readonly HostEnvironment environment;
    private readonly string recipe;

    public QuickstartTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(folder.FullName, "home"));
        var recipes = Path.Combine(Repository.Root, "recipes");
        foreach (var file in Directory.EnumerateFiles(recipes, "quickstart*", SearchOption.TopDirectoryOnly)
            .Concat(Directory.EnumerateFiles(Path.Combine(recipes, "quickstart"), "*", SearchOption.AllDirectories)))
        {
            var copy = Path.Combine(folder.FullName, "recipes", Path.GetRelativePath(recipes, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        recipe = Path.Combine(folder.FullName, "recipes", "quickstart.yml");
    }

    private string Published => Path.Combine(folder.FullName, "published", "quickstart", "0.1.0");

    public void Dispose()
    {
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Weights_that_replaced_published_ones_are_not_scored_under_their_digest()
    {
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe).ExitCode);
        var weights = Path.Combine(Published, "model.safetensors");
        File.Delete(weights);
        File.Copy(Path.Combine(Path.GetDirectoryName(recipe)!, "quickstart", "base", "model.safetensors"), weights);
        Directory.Delete(Path.Combine(folder.FullName, "home", "scores"), recursive: true);
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace(
            "\ngates:", "\ngates:\n  - metric: mean.accuracy\n    not_worse_than: published\n", StringComparison.Ordinal));

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Contains("5 of 5 met", run.Error, StringComparison.Ordinal);
        // and no version follows one that is not what was published
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{weights}: error MOPS711:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_run_publishes_a_second_does_nothing_and_a_bad_merge_is_refused()
    {
        var first = CommandLineRun.Of(environment, "run", recipe);
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("= lock ", first.Error, StringComparison.Ordinal);
        Assert.Contains($"Published as version 0.1.0: {Published}", first.Error, StringComparison.Ordinal);
        Assert.All(
            new[] { "base", "comparatives", "past", "plurals", "average", "quickstart" },
            model => Assert.Contains($"\n| {model} ", first.Output, StringComparison.Ordinal));
        Assert.Matches(@"mean.accuracy vs\. best parent \(\w+\): \+\d+\.\d points \(\+", first.Output);
        Assert.Matches(@"mean.accuracy vs\. plain average \(average\): \+\d+\.\d points \(\+", first.Output);

        AssertReadmeShows(first.Output);

        var second = CommandLineRun.Of(environment, "run", recipe);
        Assert.Equal((0, first.Output), (second.ExitCode, second.Output));
        Assert.Contains("Nothing to do: version 0.1.0 was published from this recipe.", second.Error, StringComparison.Ordinal);

        var text = File.ReadAllText(recipe);
        Assert.Contains("lambda: 0.6", text, StringComparison.Ordinal);
        File.WriteAllText(recipe, text.Replace("lambda: 0.6", "lambda: 3", StringComparison.Ordinal));
        var bad = CommandLineRun.Of(environment, "run", recipe);
        Assert.Equal(4, bad.ExitCode);
        Assert.Contains("error MOPS601: Gate failed.", bad.Error, StringComparison.Ordinal);
        Assert.Equal(["0.1.0"], Directory.EnumerateDirectories(Path.GetDirectoryName(Published)!).Select(Path.GetFileName));
    }

    // every accuracy of the README's table, the intervals of both merges, and both comparisons below it
    private static void AssertReadmeShows(string output)
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        var rows = readme.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        foreach (var (model, row) in ((string, string)[])[
            ("base", "base"), ("comparatives", "expert: comparatives"), ("past", "expert: past"), ("plurals", "expert: plurals"),
            ("average", "plain average"), ("quickstart", "merged, ")])
        {
            var shown = rows.Single(line => line.StartsWith($"| {row}", StringComparison.Ordinal)).Replace("*", "", StringComparison.Ordinal);
            var measured = output.Split('\n').Single(line => line.StartsWith($"| {model} ", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
            Assert.Equal(
                measured[2..6].Select(cell => model is "average" or "quickstart" ? cell : cell.Split(" (")[0]).Append(measured[6].Replace("loss ", "", StringComparison.Ordinal)),
                shown.Split('|', StringSplitOptions.TrimEntries)[2..7]);
        }

        var compared = Regex.Matches(output, @"vs\. (best parent|plain average) .*: \+(?<by>[\d.]+) points \(\+(?<from>[\d.]+) to \+(?<to>[\d.]+)\)", RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.Equal(2, compared.Count);
        Assert.All(compared, line => Assert.Contains(
            $"by {line.Groups["by"].Value} points ({line.Groups["from"].Value} to {line.Groups["to"].Value})", readme, StringComparison.Ordinal));
    }
}
