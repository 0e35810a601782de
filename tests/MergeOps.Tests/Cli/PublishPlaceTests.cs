using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A folder that cannot take versions is told before a weight is read.</summary>
public sealed class PublishPlaceTests : IDisposable
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: ./one
            parameters: { weight: 1 }
          - model: ./two
            parameters: { weight: 1 }

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
    private readonly HostEnvironment environment;

    public PublishPlaceTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        File.WriteAllText(Path.Combine(models.Path, "note.txt"), "a file");
    }

    public void Dispose()
    {
        models.Dispose();
    }

    [Theory]
    [InlineData("validate", "note.txt", "is a file")]
    [InlineData("plan", "note.txt", "is a file")]
    [InlineData("run", "note.txt", "is a file")]
    [InlineData("validate", "note.txt/below", "is a file")]
    [InlineData("plan", "one", "is in the folder of './one'")]
    [InlineData("run", "two/published", "is in the folder of './two'")]
    [InlineData("run", "elsewhere/../two/published", "is in the folder of './two'")]
    public void It_may_be_no_file_and_no_part_of_a_model(string verb, string folder, string why)
    {
        var run = CommandLineRun.Of(environment, verb, models.Recipe(Merge + $"publish: {{ folder: {folder} }}"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("recipe.yml(7,20): error MOPS807", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains(why, run.Output + run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(models.Path, "home", "runs")));
    }

    [Theory]
    [InlineData("published/0.1.0", "the folder of the model's versions")]
    [InlineData("published/sub/folder", "the folder of the model's versions")]
    [InlineData("elsewhere/../published/gguf", "the folder of the model's versions")]
    [InlineData(".", "the folder of the model's versions")]
    [InlineData("published", "It is the place of the model.")]
    public void Derived_files_have_a_place_apart_from_the_versions(string to, string why)
    {
        var recipe = Merge + $"publish: {{ folder: published, derived: [{{ name: gguf, command: convert, files: '*.gguf', to: {to} }}] }}";

        var run = CommandLineRun.Of(environment, "validate", models.Recipe(recipe));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS807", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains(why, run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_into_the_versions_is_no_place_apart_and_a_folder_with_a_longer_name_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Directory.CreateDirectory(Path.Combine(models.Path, "published"));
        Directory.CreateSymbolicLink(Path.Combine(models.Path, "link"), Path.Combine(models.Path, "published"));
        var recipe = Merge + "publish: { folder: published, derived: [{ name: gguf, command: convert, files: '*.gguf', to: TO }] }";

        var linked = CommandLineRun.Of(environment, "validate", models.Recipe(recipe.Replace("TO", "link/gguf", StringComparison.Ordinal)));
        var beside = CommandLineRun.Of(environment, "validate", models.Recipe(recipe.Replace("TO", "published-gguf", StringComparison.Ordinal)));

        Assert.Equal((1, 0), (linked.ExitCode, beside.ExitCode));
        Assert.Contains("error MOPS807", linked.Output + linked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_of_derived_files_do_not_lie_within_each_other()
    {
        var run = CommandLineRun.Of(environment, "validate", models.Recipe(
            Merge + "publish: { folder: published, derived: [{ name: a, command: convert, files: '*.gguf', to: derived }, { name: b, command: convert, files: '*.bin', to: derived/0.1.0 }] }"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'derived' are one folder, or one of them is inside the other", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("note.txt")]
    [InlineData("one/below")]
    public void The_callers_target_is_checked_before_the_merge_too(string folder)
    {
        var run = CommandLineRun.Of(environment, "run", models.Recipe(Merge), "--to", $"folder:{Path.Combine(models.Path, folder)}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS807", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(models.Path, "home", "runs")));
    }

    [Fact]
    public void A_model_may_lie_in_the_published_folder_itself()
    {
        Directory.CreateDirectory(Path.Combine(models.Path, "all"));
        Directory.Move(Path.Combine(models.Path, "one"), Path.Combine(models.Path, "all", "0.0.1"));

        var run = CommandLineRun.Of(environment, "validate", models.Recipe(Merge.Replace("./one", "./all/0.0.1", StringComparison.Ordinal) + "publish: { folder: all }"));

        Assert.Equal(0, run.ExitCode);
    }
}
