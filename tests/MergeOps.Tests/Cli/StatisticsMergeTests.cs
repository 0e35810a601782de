using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Merges by statistics through the command line, without data: those of the quickstart's models that lie beside the recipes.</summary>
[RunsAlone("merges")]
public sealed class StatisticsMergeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public StatisticsMergeTests()
    {
        var recipes = Path.Combine(Repository.Root, "recipes");
        foreach (var part in new[] { "quickstart", "fisher.statistics", "regmean.statistics" }.SelectMany(name => Directory.EnumerateFiles(Path.Combine(recipes, name), "*", SearchOption.AllDirectories)))
        {
            folder.Write(Path.GetRelativePath(recipes, part), File.ReadAllBytes(part));
        }

        foreach (var recipe in new[] { "fisher.yml", "regmean.yml", "gradient_matching.yml" })
        {
            // what was measured is all that a merge needs
            File.WriteAllLines(folder[recipe], File.ReadLines(Path.Combine(recipes, recipe)).Where(line => !line.Contains("calibration:", StringComparison.Ordinal)));
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fisher")]
    [InlineData("regmean")]
    [InlineData("gradient_matching")]
    public void Is_planned_locked_and_rebuilt_bit_by_bit_without_data(string name)
    {
        var recipe = folder[name + ".yml"];
        Directory.Delete(folder["quickstart/tasks"], recursive: true);

        var locked = CommandLineRun.Of("lock", recipe);
        var check = CommandLineRun.Of("lock", recipe, "--check");
        var plan = CommandLineRun.Of("plan", recipe);
        var first = CommandLineRun.Of("merge", recipe, "--out", folder["first"], "--threads", "1");
        var second = CommandLineRun.Of("merge", recipe, "--out", folder["second"], "--threads", "3", "--max-memory", "64MiB");

        Assert.Equal((0, 0, 0), (locked.ExitCode, check.ExitCode, plan.ExitCode));
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("  - kind: statistics\n    location: \"", File.ReadAllText(folder[name + ".lock.yml"]), StringComparison.Ordinal);
        Assert.DoesNotContain("unlocked", plan.Output, StringComparison.Ordinal);
        Assert.Contains("statistics", plan.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(folder["first/model.safetensors"]), File.ReadAllBytes(folder["second/model.safetensors"]));
    }

    [Fact]
    public void A_published_merge_is_rebuilt_from_the_statistics_of_its_recipe()
    {
        File.AppendAllText(folder["fisher.yml"], "publish: { folder: published }\n");
        Assert.Equal(0, CommandLineRun.Of("lock", folder["fisher.yml"]).ExitCode);
        Assert.Equal(0, CommandLineRun.Of("run", folder["fisher.yml"]).ExitCode);

        var verified = CommandLineRun.Of("verify", folder["published/0.1.0"], "--rebuild", "--models", folder.Path);

        Assert.True(verified.ExitCode == 0, verified.Error);
    }

    [Fact]
    public void Statistics_that_are_not_there_are_named_with_the_command_that_measures_them()
    {
        Directory.Delete(folder["fisher.statistics"], recursive: true);

        var plan = CommandLineRun.Of("plan", folder["fisher.yml"]);
        var locked = CommandLineRun.Of("lock", folder["fisher.yml"]);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("error MOPS271", plan.Error, StringComparison.Ordinal);
        Assert.Contains("`mergeops measure fisher ", plan.Error, StringComparison.Ordinal);
        Assert.Equal(0, locked.ExitCode);
        Assert.Contains("warning MOPS271", locked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_that_the_recipe_looks_for_elsewhere_are_said_to_be_moved_there()
    {
        File.WriteAllText(folder["fisher.yml"], File.ReadAllText(folder["fisher.yml"]).Replace("  - model: ./quickstart/past", "  - model: ./quickstart/past\n    statistics: measured/past.safetensors", StringComparison.Ordinal));

        var plan = CommandLineRun.Of("plan", folder["fisher.yml"]);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("which writes 'fisher.statistics/quickstart-past.fisher.safetensors': move that file here, or leave the key out", plan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_of_other_weights_are_refused()
    {
        var weights = folder["quickstart/past/model.safetensors"];
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);

        var plan = CommandLineRun.Of("plan", folder["fisher.yml"]);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("error MOPS272", plan.Error, StringComparison.Ordinal);
        Assert.Contains("quickstart-past.fisher.safetensors", plan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_of_another_kind_are_refused()
    {
        File.Copy(folder["fisher.statistics/quickstart-past.fisher.safetensors"], folder["regmean.statistics/quickstart-past.gram.safetensors"], overwrite: true);

        var plan = CommandLineRun.Of("plan", folder["regmean.yml"]);

        Assert.Equal(1, plan.ExitCode);
        Assert.Contains("error MOPS273", plan.Error, StringComparison.Ordinal);
        Assert.Contains("holds fisher statistics, but gram statistics are needed", plan.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_that_changed_since_they_were_locked_are_refused()
    {
        CommandLineRun.Of("lock", folder["fisher.yml"]);
        var file = folder["fisher.statistics/quickstart-past.fisher.safetensors"];
        var bytes = File.ReadAllBytes(file);
        bytes[^4] ^= 1;
        File.WriteAllBytes(file, bytes);

        var check = CommandLineRun.Of("lock", folder["fisher.yml"], "--check");
        var merge = CommandLineRun.Of("merge", folder["fisher.yml"], "--out", folder["merged"]);

        Assert.NotEqual(0, check.ExitCode);
        Assert.Equal(1, merge.ExitCode);
        Assert.False(Directory.Exists(folder["merged"]));
    }

    [Fact]
    public void A_Fisher_information_with_NaN_is_refused_while_it_is_read()
    {
        var file = folder["fisher.statistics/quickstart-past.fisher.safetensors"];
        var bytes = File.ReadAllBytes(file);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 4);
        File.WriteAllBytes(file, bytes);

        var merge = CommandLineRun.Of("merge", folder["fisher.yml"], "--out", folder["merged"]);

        Assert.Equal(1, merge.ExitCode);
        Assert.Contains("error MOPS274", merge.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["merged"]));
    }

    [Fact]
    public void The_plan_moves_with_the_statistics_of_a_method_that_reads_them_and_with_no_others()
    {
        var before = Digest("fisher");
        var other = File.ReadAllBytes(folder["fisher.statistics/quickstart-plurals.fisher.safetensors"]);
        other[^4] ^= 1;
        File.WriteAllBytes(folder["fisher.statistics/quickstart-plurals.fisher.safetensors"], other);

        Assert.NotEqual(before, Digest("fisher"));

        File.WriteAllText(folder["linear.yml"], "merge_method: linear\nmodels:\n  - { model: ./quickstart/plurals, parameters: { weight: 1 } }\n  - { model: ./quickstart/past, parameters: { weight: 1 } }\n");
        var plain = Digest("linear");
        File.WriteAllText(folder["linear.yml"], File.ReadAllText(folder["linear.yml"]).Replace("./quickstart/past,", "./quickstart/past, statistics: ./fisher.statistics/quickstart-past.fisher.safetensors,", StringComparison.Ordinal));
        Assert.Equal(plain, Digest("linear"));

        string Digest(string name) => CommandLineRun.Of("plan", folder[name + ".yml"], "--format", "json").Result!["digest"]!.GetValue<string>();
    }
}
