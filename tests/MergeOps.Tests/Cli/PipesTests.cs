using System.Diagnostics;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A pipe, a device, a folder or a link where a file is named: refused, and never waited for.</summary>
public sealed class PipesTests : IDisposable
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: ./one
            parameters: { weight: 0.5 }
          - model: ./two
            parameters: { weight: 0.5 }

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);

    public PipesTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "its pipes have no names among files");

    public void Dispose() => models.Dispose();

    public static TheoryData<string> Verbs =>
    [
        "validate pipe", "lock pipe", "plan pipe", "explain pipe", "merge pipe --out out", "run pipe", "publish pipe --from one", "evaluate pipe --from one",
        "import pipe", "inspect pipe", "diff pipe one", "verify pipe", "plan recipe.yml --against pipe", "evaluate recipe.yml --from one --results pipe",
        "evaluate recipe.yml --from one --settings pipe", "plan recipe.yml --out pipe", "validate /dev/zero", "inspect /dev/zero", "plan recipe.yml --out /dev/null",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_pipe_or_a_device_is_refused_wherever_a_file_is_named(string line)
    {
        models.Recipe(Merge);
        MakePipe("pipe");

        var run = CommandLineRun.Of([.. line.Split(' ').Select((word, index) =>
            index > 0 && word is "pipe" or "one" or "out" or "recipe.yml" ? Path.Combine(models.Path, word) : word)]);

        Assert.True(run.ExitCode is 1 or 2 or 3 or 4, $"{run.ExitCode}: {run.Output}{run.Error}");
        Assert.True(Path.Exists("/dev/null") && !Directory.Exists(Path.Combine(models.Path, "out")));
    }

    [Theory]
    [InlineData("recipe.lock.yml")]
    [InlineData("letters.jsonl")]
    public void A_pipe_beside_the_recipe_is_refused(string name)
    {
        var recipe = models.Recipe(Merge + "evaluate: { tasks: [{ name: letters, data: letters.jsonl }] }");
        if (name != "letters.jsonl")
        {
            models.Recipe("""{"prompt": "a", "answer": "b"}""", "letters.jsonl");
        }

        MakePipe(name);

        var run = CommandLineRun.Of("run", recipe);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("a pipe or a device", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "pipe")]
    [InlineData("config.json", "device")]
    [InlineData("config.json", "folder")]
    [InlineData("config.json", "nowhere")]
    [InlineData("tokenizer.json", "folder")]
    [InlineData("tokenizer_config.json", "device")]
    [InlineData("generation_config.json", "folder")]
    [InlineData("model.safetensors", "folder")]
    [InlineData("model.safetensors.index.json", "pipe")]
    public void What_has_the_name_of_a_models_file_and_is_none_is_refused_by_lock_and_plan_alike(string name, string kind)
    {
        var recipe = models.Recipe(Merge);
        var path = Path.Combine(models.Path, "one", name);
        File.Delete(path);
        switch (kind)
        {
            case "pipe":
                MakePipe($"one/{name}");
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/null");
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            default:
                File.CreateSymbolicLink(path, "nothing.json");
                break;
        }

        var (plan, locked) = (CommandLineRun.Of("plan", recipe), CommandLineRun.Of("lock", recipe));

        Assert.Equal((1, 1), (plan.ExitCode, locked.ExitCode));
        Assert.Matches(kind == "device" ? "error MOPS324:" : "error MOPS338:", plan.Error);
        Assert.Contains(name, plan.Error, StringComparison.Ordinal);
        Assert.Matches("error MOPS3(24|38):", locked.Error);
        Assert.False(File.Exists(Path.ChangeExtension(recipe, ".lock.yml")));
    }

    [Fact]
    public void Folders_of_licenses_and_of_code_are_no_files_by_mistake()
    {
        Directory.CreateDirectory(Path.Combine(models.Path, "one", "LICENSES"));
        Directory.CreateDirectory(Path.Combine(models.Path, "one", "checkpoint-500"));

        Assert.Equal(0, CommandLineRun.Of("plan", models.Recipe(Merge)).ExitCode);
    }

    private void MakePipe(string name)
    {
        using var made = Process.Start("mkfifo", Path.Combine(models.Path, name));
        made.WaitForExit();
    }
}
