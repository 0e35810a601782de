using MergeOps.TestGitHub.Runner;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.GitHub.Action;

/// <summary>The action with the real program over a checkout whose names were chosen to do harm.</summary>
public sealed class HostileRepositoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Names_of_recipes_change_nothing_but_text()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such file names there");
        string[] names =
        [
            "--exec.yml", "a$(touch x).yml", "zzz\";echo${IFS}\"hello\";#.yml", "c\n::add-mask::recipe\n::set-output name=plan-hash::0.yml", "d%0A::warning::forged.yml", "e,line=9::f.yml",
        ];
        foreach (var name in names)
        {
            folder.Write($"work/recipes/{name}", "merge_method: tied\nmodels: []\n"u8);
        }

        var run = Runner().Run(("command", "validate"), ("recipes", "recipes/*.yml"), ("tool-path", Program));

        Assert.False(run.Succeeded);
        Assert.Equal(("invalid", ""), (run.Outputs["failure-reason"], run.Outputs["plan-hash"]));
        Assert.All(run.Log.Commands, command => Assert.Equal("error", command.Name));
        var annotated = run.Log.Commands.Select(command => command.Properties.GetValueOrDefault("file")).OfType<string>().ToHashSet();
        Assert.Subset(names.Select(name => $"recipes/{name}").ToHashSet(), annotated);
        Assert.Contains("recipes/a$(touch x).yml", annotated);
        Assert.Equal(names.Length, Directory.EnumerateFileSystemEntries(folder["work"], "*", SearchOption.AllDirectories).Count() - 1);
        Assert.DoesNotContain("***", run.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", run.Log.Text.Split('\n'));
    }

    [Theory]
    [InlineData("--exec")]
    [InlineData("@/etc/hostname")]
    [InlineData("recipes/$(touch x).yml")]
    public void A_pattern_is_never_an_option_nor_a_file_of_arguments(string pattern)
    {
        Directory.CreateDirectory(folder["work"]);

        var run = Runner().Run(("command", "validate"), ("recipes", pattern), ("tool-path", Program));

        Assert.True(run.Succeeded, run.ToString());
        Assert.Contains("Nothing to do: there is no such recipe.", run.Log.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["work"]));
    }

    [Fact]
    public void A_command_that_does_not_exist_is_wrong_usage()
    {
        Directory.CreateDirectory(folder["work"]);

        var run = Runner().Run(("command", "--help"), ("tool-path", Program));

        Assert.False(run.Succeeded);
        Assert.Equal("usage", run.Outputs["failure-reason"]);
    }

    private static string Program => ChildProcess.Program;

    private ActionRunner Runner() => new(Repository.Root, folder["work"], folder["temp"])
    {
        Environment = { ["GITHUB_EVENT_NAME"] = "workflow_dispatch", ["MERGEOPS_LIBTORCH"] = null, ["MERGEOPS_PATH"] = null },
    };
}
