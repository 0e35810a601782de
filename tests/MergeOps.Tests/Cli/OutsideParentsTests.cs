using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Parents that the settings' command scores like the merged model: its script knows how good each is, and counts its calls.</summary>
public sealed class OutsideParentsTests : IDisposable
{
    // which of four items each model gets right
    private const string Script = """
        cd FOLDER
        echo "$1" >> calls
        case "$1" in
          */base) scores="0 0 0 1" ;;
          */one) scores="1 0 0 1" ;;
          *) scores="1 1 0 1" ;;
        esac
        test -f damaged && case "$1" in */one) echo '{"results": {}}' > "$2"; exit 0 ;; esac
        test -f broken && case "$1" in */one) exit 7 ;; esac
        n=0; sum=0
        for score in $scores; do n=$((n + 1)); sum=$((sum + score)); done
        echo "{\"results\": {\"arc\": {\"acc,none\": 0.$((sum * 25)), \"acc_stderr,none\": 0.01, \"sample_len\": $n}}, \"higher_is_better\": {\"arc\": {\"acc\": true}}}" > "$2"
        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly HostEnvironment environment;
    private readonly string settings;

    public OutsideParentsTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is a script for sh");
        // models with the same content have the same scores
        var weights = Path.Combine(models.Path, "one", "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^2] = 1;
        File.WriteAllBytes(weights, bytes);
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        settings = Path.Combine(models.Path, "settings.yml");
        Write("score.sh", Script.Replace("FOLDER", models.Path, StringComparison.Ordinal));
        Write("settings.yml", $"evaluate: {{ command: [sh, {models.Path}/score.sh, '{{model}}', '{{results}}'] }}\n");
        Write("calls", "");
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public void Each_parent_is_scored_once_by_the_command_and_the_best_one_is_a_baseline()
    {
        var recipe = models.Recipe(Recipe);

        var first = CommandLineRun.Of(environment, "run", recipe, "--settings", settings, "--format", "json");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("weight: 0.5", "weight: 0.25", StringComparison.Ordinal));
        var second = CommandLineRun.Of(environment, "run", recipe, "--settings", settings);

        Assert.True(first.ExitCode is 0 or 4, first.Error);
        Assert.Equal(1, Calls().Count(model => model.EndsWith("/base", StringComparison.Ordinal)));
        Assert.Equal(1, Calls().Count(model => model.EndsWith("/one", StringComparison.Ordinal)));
        Assert.Equal(2, Calls().Count(model => model.EndsWith("/model", StringComparison.Ordinal)));
        Assert.Contains("arc.acc − one = +0.25", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_script_under_the_same_name_scores_anew()
    {
        var recipe = models.Recipe(Recipe);
        CommandLineRun.Of(environment, "run", recipe, "--settings", settings);
        File.AppendAllText(Path.Combine(models.Path, "score.sh"), "# another one\n");
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("weight: 0.5", "weight: 0.25", StringComparison.Ordinal));

        CommandLineRun.Of(environment, "run", recipe, "--settings", settings);

        Assert.Equal(2, Calls().Count(model => model.EndsWith("/one", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_corrected_script_scores_a_model_again_whose_evaluation_had_passed()
    {
        var recipe = models.Recipe(Ungated);
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe, "--settings", settings).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe, "--settings", settings).ExitCode);
        Assert.Equal(1, Calls().Count(model => model.EndsWith("/model", StringComparison.Ordinal)));

        // the merged model gets nothing right
        Write("score.sh", Script.Replace("FOLDER", models.Path, StringComparison.Ordinal).Replace("1 1 0 1", "0 0 0 0", StringComparison.Ordinal));

        Assert.Equal(0, CommandLineRun.Of(environment, "run", recipe, "--settings", settings).ExitCode);
        Assert.Equal(2, Calls().Count(model => model.EndsWith("/model", StringComparison.Ordinal)));
    }

    [Fact]
    public void Results_of_a_parent_that_lack_the_score_are_asked_for_again()
    {
        var recipe = models.Recipe(Ungated);
        Write("damaged", "");
        CommandLineRun.Of(environment, "run", recipe, "--settings", settings);
        // a passed evaluation would not look again
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("weight: 0.5", "weight: 0.25", StringComparison.Ordinal));
        File.Delete(Path.Combine(models.Path, "damaged"));

        var mended = CommandLineRun.Of(environment, "run", recipe, "--settings", settings);

        Assert.True(mended.ExitCode == 0, mended.Error);
        Assert.Equal(2, Calls().Count(model => model.EndsWith("/one", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_parent_that_the_command_fails_on_is_said_and_has_no_score()
    {
        Write("broken", "");

        var run = CommandLineRun.Of(environment, "run", models.Recipe(Recipe), "--settings", settings);

        Assert.Contains("warning MOPS614", run.Error, StringComparison.Ordinal);
        Assert.Contains("Of 'one': It ended with 7.", run.Error, StringComparison.Ordinal);
        Assert.Equal(4, run.ExitCode);
    }

    private const string Recipe = """
        name: large
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 0.5 }
        evaluate: { external: [{ name: arc, metric: acc }] }
        gates:
          - { metric: arc.acc, not_worse_than: best_parent, margin: 0.5 }
        """;

    // four items are too few for a gate
    private static string Ungated => Recipe[..Recipe.IndexOf("gates:", StringComparison.Ordinal)];

    private string[] Calls() => File.ReadAllLines(Path.Combine(models.Path, "calls"));

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(models.Path, name), text);
}
