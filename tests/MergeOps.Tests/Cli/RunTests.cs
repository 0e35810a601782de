using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class RunTests : IDisposable
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 0.5 }
          - model: ./two
            parameters: { weight: 0.5 }

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1).Llama("two", 1);
    private readonly HostEnvironment environment;

    public RunTests() => environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));

    private string Published => Path.Combine(models.Path, "published", "0.1.0");

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void A_run_goes_all_the_way()
    {
        var run = CommandLineRun.Of(environment, "run", models.Recipe(Merge + "publish: { folder: published }"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("✓✓✓✓--✓", Marks(run));
        Assert.Contains($"Published as version 0.1.0: {Published}", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Published, "model.safetensors")));
        Assert.True(File.Exists(Path.Combine(models.Path, "recipe.lock.yml")));
    }

    [Fact]
    public void A_second_run_does_nothing_and_says_so()
    {
        var recipe = models.Recipe(Merge + "publish: { folder: published }");
        CommandLineRun.Of(environment, "run", recipe);
        var before = Directory.GetLastWriteTimeUtc(Published);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("✓=✓=--=", Marks(run));
        Assert.Contains("Nothing to do: version 0.1.0 was published from this recipe.", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetLastWriteTimeUtc(Published));
    }

    [Theory]
    [InlineData("name: old-name\nversion: 0.1.0\n", "recipe.yml", "name: new-name\nversion: 0.2.0\n", "recipe.yml")]
    [InlineData("", "old-name.yml", "", "new-name.yml")]
    public void What_was_merged_before_is_published_as_if_it_were_merged_now(string before, string beforeFile, string now, string nowFile)
    {
        CommandLineRun.Of(environment, "run", models.Recipe(before + Merge, beforeFile), "--to", $"folder:{Path.Combine(models.Path, "before")}");
        var recipe = models.Recipe(now + Merge, nowFile);

        var again = CommandLineRun.Of(environment, "run", recipe, "--to", $"folder:{Path.Combine(models.Path, "again")}");
        CommandLineRun.Of(TestEnvironment.WithHome(Path.Combine(models.Path, "fresh")), "run", recipe, "--to", $"folder:{Path.Combine(models.Path, "anew")}");

        Assert.Contains("merged before", again.Error, StringComparison.Ordinal);
        Assert.Equal(Published("anew"), Published("again"));
        Assert.DoesNotContain(Published("again"), file => file.Text.Contains("old-name", StringComparison.Ordinal));

        (string Path, string Text)[] Published(string place) => [.. Directory.EnumerateFiles(Path.Combine(models.Path, place), "*", SearchOption.AllDirectories)
            .Select(file => (Path.GetRelativePath(Path.Combine(models.Path, place), file), File.ReadAllText(file, System.Text.Encoding.Latin1))).Order()];
    }

    [Fact]
    public void Without_a_target_it_ends_after_the_evaluation()
    {
        var run = CommandLineRun.Of(environment, "run", models.Recipe(Merge));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("- publish   the recipe has no publish target, and --to was not given", run.Error, StringComparison.Ordinal);
        Assert.Contains("Not published. Merged model: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_callers_target_comes_before_the_recipes()
    {
        var elsewhere = Path.Combine(models.Path, "elsewhere");

        CommandLineRun.Of(environment, "run", models.Recipe(Merge + "publish: { folder: published }"), "--to", $"folder:{elsewhere}");

        Assert.True(Directory.Exists(Path.Combine(elsewhere, "0.1.0")));
        Assert.False(Directory.Exists(Published));
    }

    [Fact]
    public void A_gate_that_can_have_no_score_ends_the_run_before_the_merge()
    {
        models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        var recipe = models.Recipe(Merge + """
            evaluate:
              tasks:
                - name: letters
                  data: letters.jsonl
            gates:
              - metric: letters.accuracy
                min: 0.5
            publish: { folder: published }
            """);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("error MOPS616: A gate can never be decided.", run.Error, StringComparison.Ordinal);
        Assert.Equal("✓✓✗", Marks(run));
        Assert.False(Directory.Exists(Published));
    }

    [Fact]
    public void A_changed_model_is_noticed_before_anything_is_merged()
    {
        var recipe = models.Recipe(Merge);
        CommandLineRun.Of(environment, "lock", recipe);
        models.Llama("one", 2);

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("✓✗", Marks(run));
        Assert.Contains("error MOPS202:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_merged_and_published_without_a_lock_is_said_to_have_none()
    {
        var recipe = models.Recipe(Merge + "publish: { folder: published }");
        var merged = Path.Combine(models.Path, "merged");

        var merge = CommandLineRun.Of(environment, "merge", recipe, "--out", merged);
        var publish = CommandLineRun.Of(environment, "publish", recipe, "--from", merged);

        Assert.Equal((0, 0), (merge.ExitCode, publish.ExitCode));
        Assert.All([merge, publish], run => Assert.Contains($"The recipe is not locked: nothing pins the files of its models, and a published version has no mergeops.lock.yml. Run `mergeops lock {recipe}`", run.Error, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Published, "mergeops.lock.yml")));

        CommandLineRun.Of(environment, "lock", recipe);
        Assert.DoesNotContain("not locked", CommandLineRun.Of(environment, "merge", recipe, "--out", Path.Combine(models.Path, "locked")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_no_other_plans_model()
    {
        var run = CommandLineRun.Of(environment, "publish", models.Recipe(Merge + "publish: { folder: published }"), "--from", Path.Combine(models.Path, "nowhere"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("nowhere: error MOPS302: There is no safetensors model at this path. No folder of this name exists.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_published_only_as_what_the_recipe_makes()
    {
        var recipe = models.Recipe(Merge + "publish: { folder: published }");
        var merged = Path.Combine(models.Path, "merged");
        CommandLineRun.Of(environment, "lock", recipe);
        CommandLineRun.Of(environment, "merge", recipe, "--out", merged);

        Assert.Equal(4, CommandLineRun.Of(environment, "publish", recipe, "--from", Path.Combine(models.Path, "one")).ExitCode);
        Assert.Equal(0, CommandLineRun.Of(environment, "publish", recipe, "--from", merged, "--dry-run").ExitCode);
        Assert.False(Directory.Exists(Published));
        Assert.Equal(Published + "\n", CommandLineRun.Of(environment, "publish", recipe, "--from", merged).Output);
        Assert.True(Directory.Exists(Published));
    }

    private static string Marks(CommandLineRun run) =>
        string.Concat(run.Error.Split('\n').Where(line => line.Length > 2 && line[1] == ' ' && "✓=-✗".Contains(line[0])).Select(line => line[0]));
}
