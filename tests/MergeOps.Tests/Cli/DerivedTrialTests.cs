using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A version that <c>--to</c> publishes elsewhere than its recipe says, while derived files have a place of their own.</summary>
public sealed class DerivedTrialTests : IDisposable
{
    private const string Recipe = """
        merge_method: linear
        models:
          - { model: ./one, parameters: { weight: WEIGHT } }
          - { model: ./two, parameters: { weight: 0.5 } }
        publish: { folder: published, derived: [{ name: gguf, command: convert, check: judge, to: published-gguf }] }

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
    private readonly HostEnvironment environment;
    private readonly string settings;

    public DerivedTrialTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands are scripts for sh");
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        File.WriteAllText(At("convert.sh"), $"echo made >> {At("made")}\nwc -c < \"$1/model.safetensors\" > \"$2/model.gguf\"\n");
        settings = At("settings.yml");
        File.WriteAllText(settings, $"commands:\n  convert: [sh, {At("convert.sh")}, '{{model}}', '{{output}}']\n  judge: [test, -s, '{{output}}/model.gguf']\n");
    }

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("publish")]
    [InlineData("run")]
    public void Derived_files_are_made_and_checked_and_their_place_stays_as_it_is(string verb)
    {
        Assert.Equal(0, Run("run", "0.5").ExitCode);
        var before = Files("published-gguf");
        Assert.NotEmpty(before);
        var merged = At("merged");
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", At("recipe.yml"), "--out", merged).ExitCode);

        var trial = verb == "run" ? Run("run", "0.25", "--to", $"folder:{At("trial")}") : Run("publish", "0.5", "--from", merged, "--to", $"folder:{At("trial")}");

        Assert.True(trial.ExitCode == 0, trial.Error);
        Assert.Contains("recipe.yml(5,", trial.Error, StringComparison.Ordinal);
        Assert.Contains("warning MOPS845: Derived files are not published by this run. 'published-gguf' receives what belongs to the recipe's own place, but --to names another one.", trial.Error, StringComparison.Ordinal);
        Assert.Equal(["made", "made"], File.ReadAllLines(At("made")));
        Assert.Equal(before, Files("published-gguf"));
        Assert.Contains(Files("trial"), file => file.Path.EndsWith("model.safetensors", StringComparison.Ordinal));
        Assert.DoesNotContain(Files("trial"), file => file.Path.EndsWith(".gguf", StringComparison.Ordinal));
    }

    [Fact]
    public void A_check_that_says_no_keeps_a_trial_from_being_published_too()
    {
        File.WriteAllText(At("convert.sh"), ": > \"$2/model.gguf\"\n");

        var trial = Run("run", "0.5", "--to", $"folder:{At("trial")}");

        Assert.Equal(4, trial.ExitCode);
        Assert.Contains("error MOPS844: Derived files cannot be published. 'gguf': its check ended with 1.", trial.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("trial")));
    }

    [Fact]
    public void The_recipes_own_place_named_by_the_caller_is_no_trial()
    {
        var run = Run("run", "0.5", "--to", $"folder:{At("published")}");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("MOPS845", run.Error, StringComparison.Ordinal);
        Assert.Contains(Files("published-gguf"), file => file.Path.EndsWith("model.gguf", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("published-gguf")]
    [InlineData("published-gguf/trial")]
    public void A_trial_does_not_go_where_derived_files_lie(string to)
    {
        var run = Run("run", "0.5", "--to", $"folder:{At(to)}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS807", run.Error, StringComparison.Ordinal);
        Assert.Contains("What --to names is where 'gguf' is published, or is in the same folder. Name another place.", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("published-gguf")));
    }

    [Fact]
    public void A_dry_run_says_that_the_place_stays_as_it_is()
    {
        models.Recipe(Recipe.Replace("WEIGHT", "0.5", StringComparison.Ordinal));
        CommandLineRun.Of(environment, "merge", At("recipe.yml"), "--out", At("merged"));

        var dry = Run("publish", "0.5", "--from", At("merged"), "--to", $"folder:{At("trial")}", "--dry-run");

        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("make and check the derived files 'gguf', and leave published-gguf as it is", dry.Output + dry.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("trial")));
    }

    private CommandLineRun Run(string verb, string weight, params string[] options) =>
        CommandLineRun.Of(environment, [verb, models.Recipe(Recipe.Replace("WEIGHT", weight, StringComparison.Ordinal)), "--settings", settings, .. options]);

    private string At(string name) => Path.Combine(models.Path, name);

    private (string Path, string Digest)[] Files(string folder) =>
        [.. Directory.EnumerateFiles(At(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (file, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))))];
}
