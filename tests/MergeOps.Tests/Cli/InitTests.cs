using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Tests.GitHub.Workflows;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class InitTests : IDisposable
{
    private const string Action = "acme/mergeops@0123456789abcdef0123456789abcdef01234567";

    private static readonly string[] All =
    [
        ".github/mergeops.yml", ".github/workflows/merge-apply.yml", ".github/workflows/merge-command.yml", ".github/workflows/merge-drift.yml", ".github/workflows/merge-issue.yml",
        ".github/workflows/merge-parts.yml", ".github/workflows/merge-pr-report.yml", ".github/workflows/merge-pr.yml", ".github/workflows/merge-rebuild.yml", ".github/workflows/merge-stages.yml", ".gitignore", "recipes/first-merge.yml",
    ];

    private readonly TemporaryFolder folder = new();

    private string Root => folder["a repository"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_writes_a_repository_to_start_from()
    {
        var run = CommandLineRun.Of("init", Root, "--action", Action);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(All, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(All, Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Contains("next: edit recipes/first-merge.yml, then `mergeops lock recipes/first-merge.yml`", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_workflows_are_the_templates_with_the_action_named()
    {
        CommandLineRun.Of("init", Root, "--action", Action);

        // that which merges in parts runs the program itself
        Assert.Equal(["merge-parts.yml"], RepositoryWorkflows.Templates.Where(workflow => !workflow.Value.Text.ReplaceLineEndings("\n").Contains("uses: ./\n", StringComparison.Ordinal)).Select(workflow => workflow.Key));
        Assert.All(RepositoryWorkflows.Templates, workflow =>
        {
            var copy = File.ReadAllText(Path.Combine(Root, ".github/workflows", workflow.Key));
            Assert.Equal(workflow.Value.Text.ReplaceLineEndings("\n").Replace("uses: ./\n", $"uses: {Action}\n", StringComparison.Ordinal), copy);
            Assert.DoesNotContain("uses: ./\n", copy, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Its_recipe_and_settings_are_without_a_mistake()
    {
        CommandLineRun.Of("init", Root);

        var validated = CommandLineRun.Of("validate", Path.Combine(Root, "recipes/first-merge.yml"));
        var found = new DiagnosticBag();
        var settings = RepositorySettings.Find(Root, found);

        Assert.Equal((0, "1 recipe checked: 0 errors, 0 warnings\n"), (validated.ExitCode, validated.Error));
        Assert.False(found.HasErrors);
        Assert.Equal(RepositorySettings.Default.Recipes, settings!.Recipes);
        Assert.Empty(settings.Commands);
        Assert.Equal(RepositorySettings.Default with { Recipes = settings.Recipes, Commands = settings.Commands, OwnerCommands = settings.OwnerCommands }, settings);
    }

    [Fact]
    public void What_is_there_is_left_alone()
    {
        folder.Write("a repository/.gitignore", "mine\n"u8);
        folder.Write("a repository/.github/workflows/merge-pr.yml", "mine, too\n"u8);

        var run = CommandLineRun.Of("init", Root, "--format", "json", "--action", Action);
        var again = CommandLineRun.Of("init", Root);

        using var document = JsonDocument.Parse(run.Result!.ToJsonString());
        Assert.Equal([".github/workflows/merge-pr.yml", ".gitignore"], document.RootElement.GetProperty("kept").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal(All.Length - 2, document.RootElement.GetProperty("written").GetArrayLength());
        Assert.Equal(Action, document.RootElement.GetProperty("action").GetString());
        Assert.Contains("left alone: .gitignore", run.Error, StringComparison.Ordinal);
        Assert.Equal(("mine\n", "mine, too\n"), (File.ReadAllText(Path.Combine(Root, ".gitignore")), File.ReadAllText(Path.Combine(Root, ".github/workflows/merge-pr.yml"))));
        Assert.Equal((0, ""), (again.ExitCode, again.Output));
        // nobody is told to edit workflows that this run did not write
        Assert.DoesNotContain(", replace `", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Workflows_that_use_another_action_are_named()
    {
        CommandLineRun.Of("init", Root);

        var placeholders = CommandLineRun.Of("init", Root);
        var later = CommandLineRun.Of("init", Root, "--action", Action);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Root, ".github/workflows")))
        {
            File.Delete(path);
        }

        CommandLineRun.Of("init", Root, "--action", Action);
        var same = CommandLineRun.Of("init", Root, "--action", Action);

        Assert.Contains("replace `OWNER/REPO@", placeholders.Error, StringComparison.Ordinal);
        Assert.Contains("next: '.github/workflows/merge-apply.yml', ", later.Error, StringComparison.Ordinal);
        Assert.Contains($" were there and do not use `{Action}`: write it in their `uses:` lines", later.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("do not use", same.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_nowhere_is_not_written_through()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making a link takes rights");
        Directory.CreateDirectory(Root);
        File.CreateSymbolicLink(Path.Combine(Root, ".gitignore"), folder["outside"]);

        var run = CommandLineRun.Of("init", Root);

        Assert.Contains("left alone: .gitignore", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["outside"]));
        Assert.NotNull(new FileInfo(Path.Combine(Root, ".gitignore")).LinkTarget);
    }

    [Fact]
    public void What_the_build_does_not_know_is_said()
    {
        var run = CommandLineRun.Of("init", Root);

        Assert.Contains("replace `OWNER/REPO@", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_is_no_commit()
    {
        var run = CommandLineRun.Of("init", Root, "--action", "acme/mergeops@main");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Invalid value 'acme/mergeops@main': --action takes OWNER/REPO@COMMIT with all 40 digits of the commit.", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_the_worlds_fault()
    {
        folder.Write("a repository", "a file"u8);

        var run = CommandLineRun.Of("init", Root);

        Assert.Equal(3, run.ExitCode);
    }
}
