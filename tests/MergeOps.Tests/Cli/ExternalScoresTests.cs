using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ExternalScoresTests : IDisposable
{
    private const string Recipe = """
        name: large
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: WEIGHT }
        evaluate:
          external:
            - name: hellaswag
              metric: acc_norm
        gates:
          - metric: hellaswag.acc_norm
            min: 0.5
          - metric: hellaswag.acc_norm
            not_worse_than: published
            margin: 0.02
        publish: { folder: published }
        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly HostEnvironment environment;

    public ExternalScoresTests() => environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void A_run_gates_and_publishes_by_the_results_of_another_harness_and_a_second_one_does_nothing()
    {
        var recipe = At("0.5");
        var results = Results(0.7);

        var first = CommandLineRun.Of(environment, "run", recipe, "--results", results);
        var second = CommandLineRun.Of(environment, "run", recipe, "--results", results);

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("Published as version 0.1.0", first.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing to do: version 0.1.0 was published from this recipe.", second.Error, StringComparison.Ordinal);
        var card = File.ReadAllText(Published("0.1.0", "README.md"));
        Assert.Contains("0.7000 ± 0.0030", card, StringComparison.Ordinal);
        Assert.Contains("scored by lm-evaluation-harness 4e7e0d4", card, StringComparison.Ordinal);
        Assert.Contains("model-index:", card, StringComparison.Ordinal);
        Assert.Contains("type: \"acc_norm\"", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_that_failed_in_between_are_not_published_as_those_that_passed_before()
    {
        var recipe = At("0.5");
        CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.7));

        var failed = CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.4));
        var again = CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.7));

        Assert.Equal((4, 0), (failed.ExitCode, again.ExitCode));
        Assert.Contains("Published as version 0.1.0", again.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Published("0.1.1")));
    }

    [Fact]
    public void The_next_version_is_held_against_the_published_one_and_so_is_every_later_run_of_it()
    {
        CommandLineRun.Of(environment, "run", At("0.5"), "--results", Results(0.7));
        var recipe = At("0.25");

        var worse = CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.68));
        var better = CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.71));
        var again = CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.71));

        Assert.Equal((4, 0, 0), (worse.ExitCode, better.ExitCode, again.ExitCode));
        Assert.Contains("hellaswag.acc_norm − 0.1.0 = −0.02 (95 % interval", worse.Error, StringComparison.Ordinal);
        Assert.Contains("Published as version 0.1.1", better.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing to do: version 0.1.1 was published from this recipe.", again.Error, StringComparison.Ordinal);
        var report = JsonNode.Parse(File.ReadAllText(Published("0.1.1", "evaluation.json")))!;
        Assert.Equal(["0.1.0 published", "large merged"], report["models"]!.AsArray().Select(model => $"{model!["name"]} {model["role"]}"));
        Assert.Equal(0.01, (double)report["gates"]![1]!["measured"]!["value"]!, 6);
        Directory.Delete(Path.Combine(models.Path, "home"), recursive: true);
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.71)).ExitCode);
        Assert.False(Directory.Exists(Published("0.1.2")));
    }

    [Fact]
    public void A_version_that_was_rolled_back_is_not_what_the_next_one_is_compared_with()
    {
        CommandLineRun.Of(environment, "run", At("0.5"), "--results", Results(0.7));
        CommandLineRun.Of(environment, "run", At("0.25"), "--results", Results(0.8));
        Assert.Equal(0, CommandLineRun.Of(environment, "rollback", At("0.25")).ExitCode);

        var third = CommandLineRun.Of(environment, "run", At("0.75"), "--results", Results(0.71));

        Assert.Equal(0, third.ExitCode);
        Assert.Contains("Published as version 0.1.2", third.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing to do", CommandLineRun.Of(environment, "run", At("0.75"), "--results", Results(0.71)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_the_published_version_may_be_given_too()
    {
        CommandLineRun.Of(environment, "run", At("0.5"), "--results", Results(0.7));

        var run = CommandLineRun.Of(environment, "run", At("0.25"), "--results", "merged=" + Results(0.71), "published=" + Results(0.9));

        Assert.Equal(4, run.ExitCode);
    }

    [Fact]
    public void Results_of_a_published_version_that_is_the_model_itself_are_told_as_that()
    {
        var recipe = At("0.5");
        var early = CommandLineRun.Of(environment, "run", recipe, "--results", "merged=" + Results(0.7), "published=" + Results(0.9));
        CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.7));
        CommandLineRun.Of(environment, "merge", recipe, "--out", Path.Combine(models.Path, "merged"));

        var again = CommandLineRun.Of(environment, "evaluate", recipe, "--model", Path.Combine(models.Path, "merged"), "--results", "merged=" + Results(0.7), "published=" + Results(0.9));
        var needless = CommandLineRun.Of(
            environment, "evaluate", models.Recipe(File.ReadAllText(recipe).Replace("not_worse_than: published", "not_worse_than: base", StringComparison.Ordinal), "other.yml"),
            "--model", Path.Combine(models.Path, "merged"), "--results", "merged=" + Results(0.7), "published=" + Results(0.9));

        Assert.Equal(1, early.ExitCode);
        Assert.Contains("nothing has been published yet, so nothing can be compared with it", early.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("gates", early.Error, StringComparison.Ordinal);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("warning MOPS613: A results file cannot be used. It was given for the published version, but that is this model itself: 0.1.0, the first one, which has nothing before it to be compared with.", again.Error, StringComparison.Ordinal);
        Assert.Contains("no gate compares with that", needless.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_results_nothing_is_merged_and_the_gates_say_what_is_missing()
    {
        var run = CommandLineRun.Of(environment, "run", At("0.5"));

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("error MOPS616: A gate can never be decided. 0.5 ≤ hellaswag.acc_norm: its score is missing: name a results file with --results", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("merge  ", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(models.Path, "merge-manifest.json", SearchOption.AllDirectories));
    }

    [Fact]
    public void Results_without_the_score_of_a_gate_end_the_run_before_the_merge()
    {
        var run = CommandLineRun.Of(environment, "run", models.Recipe(File.ReadAllText(At("0.5")).Replace("hellaswag", "arc_easy", StringComparison.Ordinal)), "--results", Results(0.7));

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("error MOPS616: A gate can never be decided. 0.5 ≤ arc_easy.acc_norm: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(models.Path, "merge-manifest.json", SearchOption.AllDirectories));
    }

    [Fact]
    public void Results_that_no_score_of_the_recipe_asks_for_are_a_mistake()
    {
        var recipe = models.Recipe("merge_method: linear\nmodels:\n  - model: ./one\n    parameters: { weight: 1 }\n");

        var run = CommandLineRun.Of(environment, "run", recipe, "--results", Results(0.7));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The recipe declares no external score", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_of_the_settings_scores_where_the_caller_names_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is sh");
        var settings = Write("mergeops.yml", $"evaluate: {{ command: [sh, -c, 'test -f \"$1/model.safetensors\" && cp {Results(0.7)} \"$2\"', score, '{{model}}', '{{results}}'] }}\n");

        var run = CommandLineRun.Of(environment, "run", At("0.5"), "--settings", settings);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Published as version 0.1.0", run.Error, StringComparison.Ordinal);
        Assert.Equal(4, CommandLineRun.Of(environment, "run", At("0.25")).ExitCode);
    }

    [Fact]
    public void A_command_that_fails_is_not_a_gate_that_says_no()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is sh");
        var settings = Write("mergeops.yml", "evaluate: { command: [sh, -c, 'echo out of memory; exit 7', score, '{model}', '{results}'] }\n");

        var run = CommandLineRun.Of(environment, "run", At("0.5"), "--settings", settings);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("MOPS614", run.Error, StringComparison.Ordinal);
        Assert.Contains("out of memory", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_never_runs_a_command()
    {
        var recipe = models.Recipe(Recipe.Replace("  external:", "  command: [sh, -c, 'touch ran']\n  external:", StringComparison.Ordinal).Replace("WEIGHT", "1", StringComparison.Ordinal));

        var run = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MOPS140", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("Recipes never run commands.", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    margin: 0.02", "    margin: -0.1", "MOPS611")]
    [InlineData("    not_worse_than: published\n", "", "MOPS611")]
    [InlineData("    margin: 0.02", "    min: 0", "MOPS611")]
    [InlineData("not_worse_than: published", "not_worse_than: publishd", "MOPS612")]
    [InlineData("metric: hellaswag.acc_norm\n    min", "metric: hellaswag.acc\n    min", "MOPS610")]
    [InlineData("- name: hellaswag", "- name: mean", "MOPS607")]
    public void A_gate_that_could_never_decide_is_found_by_validate(string from, string to, string code)
    {
        var run = CommandLineRun.Of(environment, "validate", models.Recipe(Recipe.Replace("WEIGHT", "1", StringComparison.Ordinal).Replace(from, to, StringComparison.Ordinal)));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(code, run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rollback_in_json_says_from_where_to_where()
    {
        CommandLineRun.Of(environment, "run", At("0.5"), "--results", Results(0.7));
        CommandLineRun.Of(environment, "run", At("0.25"), "--results", Results(0.71));

        var plan = CommandLineRun.Of(environment, "rollback", At("0.25"), "--to", "v0.1.0", "--dry-run", "--format", "json");

        var done = plan.Result!["rollback"]!;
        Assert.Equal(("0.1.1", "0.1.0", false), ((string)done["from"]!, (string)done["to"]!, (bool)done["wasThere"]!));
        Assert.Equal("point latest at version 0.1.0", (string)done["steps"]![0]!);
        Assert.Equal("0.1.1\n", File.ReadAllText(Published("latest")));
    }

    private string At(string weight) => models.Recipe(Recipe.Replace("WEIGHT", weight, StringComparison.Ordinal));

    private string Published(params string[] path) => Path.Combine([models.Path, "published", .. path]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(models.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Results(double value) => Write(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"results-{value}.json"),
        new JsonObject
        {
            ["results"] = new JsonObject { ["hellaswag"] = new JsonObject { ["acc_norm,none"] = value, ["acc_norm_stderr,none"] = 0.003 } },
            ["higher_is_better"] = new JsonObject { ["hellaswag"] = new JsonObject { ["acc_norm"] = true } },
            ["n-samples"] = new JsonObject { ["hellaswag"] = new JsonObject { ["original"] = 10042, ["effective"] = 10042 } },
            ["versions"] = new JsonObject { ["hellaswag"] = 1.0 },
            ["n-shot"] = new JsonObject { ["hellaswag"] = 0 },
            ["git_hash"] = "4e7e0d4",
        }.ToJsonString());
}
