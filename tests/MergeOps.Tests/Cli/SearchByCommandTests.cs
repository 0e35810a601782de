using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Points that a command of the settings scores: its script counts the models on the disk and its own calls.</summary>
public sealed class SearchByCommandTests : IDisposable
{
    private const string Script = """
        n=$(($(wc -l < calls) + 1))
        echo "$n" >> calls
        find "$(dirname "$1")" -name model.safetensors | wc -l >> models
        test -f "$1/model.safetensors" || exit 9
        if [ "$n" = 5 ]; then exit 7; fi
        # the best of what is left is the sixth point: a call failed before it
        d=$((n - 7)); if [ $d -lt 0 ]; then d=$((0 - d)); fi
        echo "{\"results\": {\"arc\": {\"acc,none\": 0.$((90 - d)), \"acc_stderr,none\": 0.01}}}" > "$2"
        """;

    private const string Recipe = """
        name: large
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 1 }
        search:
          searcher: grid
          parameters:
            - { parameter: lambda, from: 0.1, to: 1.1 }
          objective: { command: fake, metric: arc.acc, goal: max }
          evaluations: 11

        """;

    private const string Half = """{ "results": { "arc": { "acc,none": 0.5 } } }""";

    private static readonly string ThreePoints = Recipe.Replace("evaluations: 11", "evaluations: 3", StringComparison.Ordinal);

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly HostEnvironment environment;
    private readonly string settings;

    public SearchByCommandTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is a script for sh");
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        settings = Write("settings.yml", $"evaluate:\n  commands:\n    fake: [sh, {Write("score.sh", $"cd {models.Path}\n{Script}\n")}, '{{model}}', '{{results}}']\n");
        Write("calls", "");
        Write("models", "");
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void Eleven_points_have_two_models_on_the_disk_at_most_and_go_on_where_a_command_failed()
    {
        var recipe = models.Recipe(Recipe);

        var failed = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);
        var resumed = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);

        Assert.Equal(3, failed.ExitCode);
        Assert.Contains("error MOPS614", failed.Error, StringComparison.Ordinal);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        // four points and the failure, then the other seven
        Assert.Equal(12, Lines("calls").Length);
        Assert.All(Lines("models"), count => Assert.InRange(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), 1, 2));
        var path = BesideRecipe.Chosen(recipe);
        Assert.Equal([0.6], ChosenValues.Read(path, File.ReadAllText(path)).Values);
        Assert.Empty(Directory.GetDirectories(Path.Combine(models.Path, "home", "runs"), "points", SearchOption.AllDirectories));
        Assert.Equal(0, CommandLineRun.Of(environment, "plan", recipe).ExitCode);
    }

    [Fact]
    public void A_search_that_is_killed_while_its_command_runs_goes_on_with_the_points_that_are_left()
    {
        Write("score.sh", $"cd {models.Path}\n{Script.Replace("exit 7", "kill -9 $PPID", StringComparison.Ordinal)}\n");
        var recipe = models.Recipe(Recipe);

        var killed = ChildProcess.Finish(ChildProcess.Start(["search", recipe, "--settings", settings], environment));
        var resumed = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);

        Assert.NotEqual(0, killed.ExitCode);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Equal(12, Lines("calls").Length);
        Assert.All(Lines("models"), count => Assert.InRange(int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), 1, 2));
        var path = BesideRecipe.Chosen(recipe);
        Assert.Equal([0.6], ChosenValues.Read(path, File.ReadAllText(path)).Values);
        Assert.Empty(Directory.GetDirectories(Path.Combine(models.Path, "home", "runs"), "points", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_command_whose_program_is_missing_is_told_before_a_point_is_merged()
    {
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("[sh, ", "[mergeops-has-no-such-program, ", StringComparison.Ordinal));

        var run = CommandLineRun.Of(environment, "search", models.Recipe(Recipe), "--settings", settings);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("settings.yml(3,11): error MOPS614: The scoring command failed. There is no program 'mergeops-has-no-such-program' in PATH.", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(models.Path, "home"), "*.safetensors", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_command_that_the_settings_do_not_have_is_told_with_those_that_they_have()
    {
        var run = CommandLineRun.Of(environment, "search", models.Recipe(Recipe.Replace("command: fake", "command: fkae", StringComparison.Ordinal)), "--settings", settings);
        var without = CommandLineRun.Of(environment, "search", models.Recipe(Recipe));

        Assert.Equal((1, 1), (run.ExitCode, without.ExitCode));
        Assert.Contains("error MOPS666: The objective's command is not in the settings. The settings have no command 'fkae'; there are 'fake'. Did you mean 'fake'?", run.Error, StringComparison.Ordinal);
        Assert.Contains("The settings name no commands.", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corrected_script_scores_all_points_again_and_one_that_is_as_it_was_scores_none()
    {
        var recipe = models.Recipe(ThreePoints);
        double Chosen(string score)
        {
            Write("score.sh", $$"""
                cd {{models.Path}}
                n=$(wc -l < calls); echo "$n" >> calls
                echo "{\"results\": {\"arc\": {\"acc,none\": 0.{{score}} } } }" > "$2"

                """);
            var run = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);
            Assert.True(run.ExitCode == 0, run.Error);
            var path = BesideRecipe.Chosen(recipe);
            return Assert.Single(ChosenValues.Read(path, File.ReadAllText(path)).Values);
        }

        // later calls are better, then earlier ones
        Assert.Equal((1.1, 3), (Chosen("$((50 + n))"), Lines("calls").Length));
        Assert.Equal((0.1, 6), (Chosen("$((50 - n))"), Lines("calls").Length));
        Assert.Equal((1.1, 6), (Chosen("$((50 + n))"), Lines("calls").Length));
    }

    [Theory]
    [InlineData("""{ "results": { "arc": { "acc,none": NaN } } }""", 1, "is not a number")]
    [InlineData("""{ "results": { "other": { "acc,none": 0.5 } } }""", 1, "error MOPS665")]
    [InlineData("""{ "results": { "arc": { "acc,no""", 1, "error MOPS613")]
    public void Results_that_are_refused_are_asked_for_again(string results, int exitCode, string words)
    {
        var recipe = models.Recipe(ThreePoints);
        Write("score.sh", $"cd {models.Path}\necho call >> calls\ncat answer > \"$2\"\n");

        Write("answer", results);
        var refused = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);
        File.Delete(Path.Combine(models.Path, "calls"));
        Write("answer", Half);
        var mended = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);

        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains(words, refused.Error, StringComparison.Ordinal);
        Assert.True(mended.ExitCode == 0, mended.Error);
        Assert.Equal(3, Lines("calls").Length);
    }

    [Fact]
    public void Only_points_whose_results_were_refused_or_are_damaged_are_asked_for_again()
    {
        var recipe = models.Recipe(ThreePoints);
        Write("score.sh", $"cd {models.Path}\necho call >> calls\ncat answer > \"$2\"\nif [ $(wc -l < calls) = 2 ]; then cat none > \"$2\"; fi\n");
        Write("none", """{ "results": { "arc": { "acc,none": NaN } } }""");
        Write("answer", Half);
        int CallsAfterSearch()
        {
            var run = CommandLineRun.Of(environment, "search", recipe, "--settings", settings);
            Assert.True(run.ExitCode == 0, run.Error);
            return Lines("calls").Length;
        }

        Assert.Equal(3, CallsAfterSearch());
        Assert.Equal(4, CallsAfterSearch());
        Assert.Equal(4, CallsAfterSearch());
        var remembered = Directory.GetFiles(Path.Combine(models.Path, "home", "runs"), "results.json", SearchOption.AllDirectories);
        Assert.Equal(3, remembered.Length);
        File.WriteAllText(remembered[0], Half[..20]);
        Assert.Equal(5, CallsAfterSearch());
    }

    private string[] Lines(string file) => File.ReadAllLines(Path.Combine(models.Path, file));

    private string Write(string name, string text)
    {
        var path = Path.Combine(models.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
