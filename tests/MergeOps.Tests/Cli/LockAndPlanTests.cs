using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class LockAndPlanTests : IDisposable
{
    private readonly TemporaryModels models = new();
    private readonly string recipe;

    public LockAndPlanTests() => recipe = models.Llama("base", 2).Llama("one", 2).Llama("two", 2).Recipe("""
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 0.5 }
          - model: ./two
            parameters: { weight: 0.5 }
        """);

    private string LockPath => Path.ChangeExtension(recipe, ".lock.yml");

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_lock_is_written_once()
    {
        var first = CommandLineRun.Of("lock", recipe);
        var second = CommandLineRun.Of("lock", recipe);

        Assert.Equal((0, ""), (first.ExitCode, first.Output));
        Assert.Equal($"{LockPath}: 3 models, 6 files locked\n", first.Error);
        Assert.Equal($"{LockPath}: 3 models, 6 files unchanged\n", second.Error);
    }

    [Fact]
    public void A_check_changes_nothing_and_names_the_file_that_differs()
    {
        CommandLineRun.Of("lock", recipe);
        Assert.Equal(0, CommandLineRun.Of("lock", "--check", recipe).ExitCode);

        models.Llama("one", 3);
        var run = CommandLineRun.Of("lock", "--check", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS202:", run.Error, StringComparison.Ordinal);
        Assert.Contains("'model.safetensors' of './one'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_finds_models_that_left_the_recipe_and_models_that_came()
    {
        const string One = "merge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - model: ./one\n    parameters: { weight: 0.5 }\n";
        CommandLineRun.Of("lock", recipe);
        var both = File.ReadAllText(recipe);
        File.WriteAllText(recipe, One);
        var fewer = CommandLineRun.Of("lock", "--check", recipe);
        CommandLineRun.Of("lock", recipe);
        File.WriteAllText(recipe, both);
        var more = CommandLineRun.Of("lock", "--check", recipe);

        Assert.Equal((1, 1), (fewer.ExitCode, more.ExitCode));
        Assert.Contains("error MOPS202:", fewer.Error, StringComparison.Ordinal);
        Assert.Contains("'./two' is in the lock, but not in the recipe.", fewer.Error, StringComparison.Ordinal);
        Assert.Contains("error MOPS202:", more.Error, StringComparison.Ordinal);
        Assert.Contains("'./two' is in the recipe, but not in the lock.", more.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_refuses_a_file_of_another_size_than_the_lock_says()
    {
        CommandLineRun.Of("lock", recipe);
        models.Llama("one", 2, dtype: DType.BF16);

        var run = CommandLineRun.Of("plan", recipe);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("model.safetensors", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("two")]
    public void A_config_that_changed_in_any_way_since_the_lock_is_planned_with_by_nobody(string model)
    {
        CommandLineRun.Of("lock", recipe);
        var config = Path.Combine(models.Path, model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"vocab_size\":8", "\"vocab_size\":9", StringComparison.Ordinal));

        var run = CommandLineRun.Of("plan", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error MOPS202: The lock and the recipe's models disagree. 'config.json' of './{model}' differs from the one in the lock.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_without_a_lock_says_what_to_do()
    {
        var run = CommandLineRun.Of("lock", recipe, "--check");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error MOPS220: The recipe has no lock. Run `mergeops lock {recipe}`", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(LockPath));
    }

    [Fact]
    public void A_plan_is_data_for_people_machines_and_pull_requests()
    {
        CommandLineRun.Of("lock", recipe);

        var text = CommandLineRun.Of("plan", recipe);
        var json = CommandLineRun.Of("plan", recipe, "--format", "json");
        var markdown = CommandLineRun.Of("plan", recipe, "--format", "markdown");

        using var document = JsonDocument.Parse(json.Result!.ToJsonString());
        var digest = document.RootElement.GetProperty("digest").GetString()!;
        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains(digest, text.Output, StringComparison.Ordinal);
        Assert.Contains($"`{digest}`", markdown.Output, StringComparison.Ordinal);
        Assert.Contains($"Output: {document.RootElement.GetProperty("tensors").GetArrayLength()} tensors, ", text.Output, StringComparison.Ordinal);
        Assert.All(new[] { "./base", "./one", "./two" }, model => Assert.All([text.Output, json.Output, markdown.Output], output => Assert.Contains(model, output, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_plan_speaks_of_streaming_only_where_that_takes_less_disk()
    {
        var run = CommandLineRun.Of("plan", recipe);

        Assert.Matches("Disk: .* for the output\n", run.Output);
        Assert.DoesNotContain("--stream", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_in_a_file_is_the_same_as_the_one_on_the_screen()
    {
        var file = Path.Combine(models.Path, "plan.json");
        // estimates come from what a home remembers, and other tests' merges teach the shared one
        var environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));

        CommandLineRun.Of(environment, "plan", recipe, "--out", file);

        Assert.Equal(CommandLineRun.Of(environment, "plan", recipe, "--format", "json").Result!.ToJsonString(), JsonNode.Parse(File.ReadAllText(file))!.ToJsonString());
    }

    [Fact]
    public void Against_an_equal_plan_nothing_is_listed()
    {
        var file = Path.Combine(models.Path, "plan.json");
        CommandLineRun.Of("plan", recipe, "--out", file);

        Assert.Contains("0 changed", CommandLineRun.Of("plan", recipe, "--against", file).Output, StringComparison.Ordinal);
        Assert.Equal("[]", CommandLineRun.Of("plan", recipe, "--against", file, "--format", "json").Result!["changes"]!["changed"]!.ToJsonString());
    }

    [Fact]
    public void Against_an_earlier_plan_only_the_changes_are_listed()
    {
        var file = Path.Combine(models.Path, "plan.json");
        CommandLineRun.Of("plan", recipe, "--out", file);
        var only = "[{ filter: lm_head, value: 0.25 }, { value: 0.5 }]";
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("two\n    parameters: { weight: 0.5 }", $"two\n    parameters: {{ weight: {only} }}", StringComparison.Ordinal));

        var output = CommandLineRun.Of("plan", recipe, "--against", file).Output;

        Assert.Contains("1 changed, 0 added, 0 removed", output, StringComparison.Ordinal);
        Assert.Equal(["  ~ lm_head.weight"], output.Split('\n').Where(line => line.StartsWith("  ~", StringComparison.Ordinal)));
    }

    [Fact]
    public void Against_nothing_there_is_nothing_to_compare()
    {
        var run = CommandLineRun.Of("plan", recipe, "--against", models.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("merge-manifest.json: error MOPS806:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("plan")]
    public void A_recipe_with_mistakes_goes_no_further(string verb)
    {
        var run = CommandLineRun.Of(verb, models.Recipe("merge_method: nothing", "bad.yml"));

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("bad.yml(1,15): error MOPS", run.Error, StringComparison.Ordinal);
    }
}
