using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.TestGitHub.Runner;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class MatrixTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string before = Environment.CurrentDirectory;

    public MatrixTests() => Environment.CurrentDirectory = folder.Path;

    public void Dispose()
    {
        Environment.CurrentDirectory = before;
        folder.Dispose();
    }

    [Fact]
    public void Each_recipe_has_a_job()
    {
        Write("recipes/b.yml", "recipes/a b.yml", "recipes/b.lock.yml", "recipes/c.yaml");

        var run = CommandLineRun.Of("matrix");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("""{"include":[{"recipe":"recipes/a b.yml","name":"a b","group":"recipes/a b.yml"},{"recipe":"recipes/b.yml","name":"b","group":"recipes/b.yml"}]}""" + "\n", run.Output);
        Assert.Equal(run.Output, CommandLineRun.Of("matrix", "recipes/*.yml").Output);
    }

    [Fact]
    public void Recipes_of_one_name_in_several_folders_are_told_apart()
    {
        Write("recipes/math/merge.yml", "recipes/code/merge.yml", "recipes/all.yml");

        Assert.Equal(
            """{"include":[{"recipe":"recipes/all.yml","name":"all","group":"recipes/all.yml"},{"recipe":"recipes/code/merge.yml","name":"recipes/code/merge","group":"recipes/code/merge.yml"},{"recipe":"recipes/math/merge.yml","name":"recipes/math/merge","group":"recipes/math/merge.yml"}]}""" + "\n",
            CommandLineRun.Of("matrix", "recipes/**/*.yml").Output);

        folder.Write(".github/mergeops.yml", "recipes: recipes/**/merge.yml\n"u8);

        Assert.DoesNotContain("all", CommandLineRun.Of("matrix").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_variant_has_a_job_and_a_file_that_is_only_extended_has_none()
    {
        folder.Write("recipes/common.yml", "gates: []\n"u8);
        folder.Write("recipes/family.yml", "extends: common.yml\nmerge_method: passthrough\nmodels: [{ model: \"./${size}\" }]\nvariants: [{ size: xs }, { size: s }]\n"u8);

        Assert.Equal(
            """{"include":[{"recipe":"recipes/family.yml#xs","name":"family-xs","group":"recipes/family.yml#xs"},{"recipe":"recipes/family.yml#s","name":"family-s","group":"recipes/family.yml#s"}]}""" + "\n",
            CommandLineRun.Of("matrix").Output);
    }

    [Fact]
    public void Recipes_that_publish_to_one_place_share_a_group_however_they_write_it()
    {
        folder.Write("recipes/a.yml", "merge_method: passthrough\nmodels: [{ model: org/a }]\npublish: { hub: acme/Small }\n"u8);
        folder.Write("recipes/b.yml", "merge_method: passthrough\nmodels: [{ model: org/b }]\npublish: { hub: Acme/small }\n"u8);
        folder.Write("recipes/c.yml", "merge_method: passthrough\nmodels: [{ model: org/c }]\npublish: { folder: ../published/../out/c }\n"u8);

        Assert.Equal(
            """{"include":[{"recipe":"recipes/a.yml","name":"a","group":"hub:ACME/SMALL"},{"recipe":"recipes/b.yml","name":"b","group":"hub:ACME/SMALL"},{"recipe":"recipes/c.yml","name":"c","group":"folder:out/c"}]}""" + "\n",
            CommandLineRun.Of("matrix").Output);
    }

    [Fact]
    public void The_settings_say_which_files_are_recipes()
    {
        Write("merges/one.yaml", "recipes/two.yml");
        folder.Write(".github/mergeops.yml", "recipes: merges/*.yaml\n"u8);

        Assert.Equal("""{"include":[{"recipe":"merges/one.yaml","name":"one","group":"merges/one.yaml"}]}""" + "\n", CommandLineRun.Of("matrix").Output);
    }

    [Fact]
    public void A_recipe_that_is_not_there_gives_no_matrix()
    {
        Write("recipes/a.yml");

        var run = CommandLineRun.Of("matrix", "recipes/a.yml", "recipes/b.yml");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("recipes/b.yml: error MOPS101: The file cannot be read. There is no such file.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_the_settings_gives_no_matrix()
    {
        Write("recipes/a.yml");
        folder.Write(".github/mergeops.yml", "recipe: merges/*.yml\n"u8);

        var run = CommandLineRun.Of("matrix");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("mergeops.yml(1,1)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_workflow_it_is_an_output()
    {
        Write("recipes/a.yml");

        var run = CommandLineRun.Of(TestEnvironment.OfThisProcess.With(("GITHUB_OUTPUT", folder["output"])), "matrix");

        Assert.Equal(run.Output.TrimEnd('\n'), EnvironmentFile.Read(File.ReadAllText(folder["output"]))["matrix"]);
    }

    [Fact]
    public void GitHub_starts_256_jobs_and_not_one_more()
    {
        var recipes = Enumerable.Range(0, 257).Select(number => $"recipes/{number}.yml").ToList();

        Assert.EndsWith("{\"recipe\":\"recipes/255.yml\",\"name\":\"255\",\"group\":\"recipes/255.yml\"}]}", WorkflowMatrix.Of(recipes[..256], folder.Path), StringComparison.Ordinal);
        Assert.Equal("""{"include":[]}""", WorkflowMatrix.Of([], folder.Path));
        var refused = Assert.Throws<MergeOpsException>(() => WorkflowMatrix.Of(recipes, folder.Path));
        Assert.Equal("MOPS830", refused.Diagnostic.Code.Id);
    }

    private void Write(params string[] paths) => Assert.All(paths, path => folder.Write(path, ""u8));
}
