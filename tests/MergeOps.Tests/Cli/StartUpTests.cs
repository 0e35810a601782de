using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class StartUpTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
    private readonly string recipe;

    public StartUpTests() => recipe = models.Recipe("""
        merge_method: slerp
        base_model: ./one
        models:
          - model: ./two
        parameters: { t: 0.5 }
        """);

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("validate")]
    [InlineData("lock")]
    [InlineData("plan")]
    public void Verbs_that_read_no_weights_load_no_libtorch(string verb) =>
        Assert.DoesNotContain(LibrariesOf(verb, recipe), library => library.Contains("torch", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void The_list_of_libraries_would_show_libtorch() =>
        Assert.Contains(LibrariesOf("doctor"), library => library.Contains("libtorch_cpu", StringComparison.Ordinal));

    [Fact]
    public void A_merge_ends_with_everything_said()
    {
        var output = Path.Combine(models.Path, "merged");

        var run = ChildProcess.Finish(ChildProcess.Start(["merge", recipe, "--out", output]));

        Assert.Equal((0, output), (run.ExitCode, run.Output.TrimEnd()));
    }

    [Fact]
    public void A_merge_leaves_nothing_in_the_temporary_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs a folder that TMPDIR names");
        var temporary = Directory.CreateDirectory(Path.Combine(models.Path, "temporary")).FullName;

        var run = ChildProcess.Finish(ChildProcess.Start(
            ["merge", recipe, "--out", Path.Combine(models.Path, "merged")], TestEnvironment.OfThisProcess.With(("TMPDIR", temporary + "/"))));

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary));
    }

    [Fact]
    public void A_mistake_that_is_found_while_libtorch_loads_is_told_as_any_other()
    {
        var mistaken = models.Recipe("merge_method: slurp\nmodels: [{ model: ./one }, { model: ./two }]");

        var run = ChildProcess.Finish(ChildProcess.Start(["merge", mistaken, "--out", Path.Combine(models.Path, "merged")]));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("slurp", run.Error, StringComparison.Ordinal);
    }

    // The GNU loader itself lists every library that a process maps, whoever asks for it and however short it lives.
    private List<string> LibrariesOf(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/lib64"), "needs the GNU loader");
        var list = Path.Combine(models.Path, "libraries");
        using var process = ChildProcess.Start(
            arguments, TestEnvironment.OfThisProcess.With(("LD_DEBUG", "files"), ("LD_DEBUG_OUTPUT", list)));
        Assert.Equal(0, ChildProcess.Finish(process).ExitCode);
        return [.. Directory.EnumerateFiles(models.Path, "libraries.*").SelectMany(File.ReadLines).Where(line => line.Contains("dynamic:", StringComparison.Ordinal) || line.Contains("generating link map", StringComparison.Ordinal))];
    }
}
