using System.Runtime.Versioning;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The script of <c>mergeops slurm</c>, as Slurm runs it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SlurmTests : IDisposable
{
    private const string Linear = """
        merge_method: linear
        models:
          - { model: ./a, parameters: { weight: 0.25 } }
          - { model: ./b, parameters: { weight: 0.75 } }
        shard_size: 1kB

        """;

    private readonly SmallModels models = new();
    private readonly string recipe;
    private HostEnvironment environment;

    public SlurmTests()
    {
        environment = TestEnvironment.WithHome(models.Folder["home"]);
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            models.Model(model, seed, [.. Enumerable.Range(0, 8).Select(layer => ($"model.layers.{layer}.mlp.up_proj.weight", DType.BF16, new long[] { 20, 20 }))]);
        }

        recipe = models.Folder.Write("recipe.yml", System.Text.Encoding.UTF8.GetBytes(Linear));
        Assert.Equal(0, CommandLineRun.Of(environment, "lock", recipe).ExitCode);
    }

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("sbatch")]
    [InlineData("bash")]
    public async Task An_array_of_four_and_a_dependent_job_make_the_model_of_one_machine(string program)
    {
        using var cluster = SlurmCluster.Start(models.Folder["slurm"]);
        environment = cluster.In(environment).With(("MERGEOPS_PATH", ChildProcess.Program));

        var submitted = SlurmCluster.Run(environment, program, Script("--sbatch", $"--chdir={models.Folder.Path}"));
        Assert.True(submitted.ExitCode == 0, submitted.Error);
        await cluster.UntilIdleAsync(TestContext.Current.CancellationToken);

        AssertIsTheModelOfOneMachine();
    }

    // the first try of one part is killed while it starts
    [Fact]
    public async Task A_part_that_is_killed_is_requeued_and_made()
    {
        using var cluster = SlurmCluster.Start(models.Folder["slurm"]);
        var lossy = models.Folder.Write("lossy", System.Text.Encoding.UTF8.GetBytes($"""
            #!/bin/bash
            case "$*" in
              *"--partition 3/4"*) if mkdir '{models.Folder["killed"]}' 2> /dev/null; then exec timeout --signal=KILL 0.1 '{ChildProcess.Program}' "$@"; fi ;;
            esac
            exec '{ChildProcess.Program}' "$@"

            """));
        File.SetUnixFileMode(lossy, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        environment = cluster.In(environment).With(("MERGEOPS_PATH", lossy));

        var submitted = SlurmCluster.Run(environment, "sbatch", Script("--sbatch", $"--chdir={models.Folder.Path}"));
        Assert.True(submitted.ExitCode == 0, submitted.Error);
        await cluster.UntilIdleAsync(TestContext.Current.CancellationToken);

        Assert.True(Directory.Exists(models.Folder["killed"]));
        AssertIsTheModelOfOneMachine();
    }

    // sbatch splits such a line at spaces and ends it at a number sign, both not between quotes
    [Fact]
    public void Options_of_sbatch_are_written_as_sbatch_reads_them_and_those_of_the_script_are_its_own()
    {
        var script = CommandLineRun.Of(environment, "slurm", recipe, "--sbatch=--comment=two words # \"or\" more", "--sbatch=--constraint=[a|b]", "--sbatch=--time=2:00:00").Output;
        var overridden = new[] { "--array=1-2", "-a1-2", "--dependency=singleton", "-d=singleton" }.Select(own => CommandLineRun.Of(environment, "slurm", recipe, $"--sbatch={own}").ExitCode);

        Assert.Contains("#SBATCH \"--comment=two words # \\\"or\\\" more\"\n#SBATCH \"--constraint=[a|b]\"\n#SBATCH --time=2:00:00\n", script, StringComparison.Ordinal);
        Assert.All(overridden, code => Assert.Equal(2, code));
    }

    [Fact]
    public void The_script_passes_on_how_to_merge_and_makes_no_more_parts_than_there_are_files()
    {
        var script = CommandLineRun.Of(environment, "slurm", recipe, "--out", models.Folder["it's"], "--partitions", "50", "--threads", "3", "--max-memory", "2GiB", "--device", "cpu", "--sbatch=--time=2:00:00", "--sbatch=--account=lab").Output;

        Assert.Contains("#SBATCH --array=1-8\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --cpus-per-task=3\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --mem=3072M\n", script, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --time=2:00:00\n#SBATCH --account=lab\n", script, StringComparison.Ordinal);
        Assert.Contains("options=('--device' 'cpu' '--max-memory' '2GiB')\n", script, StringComparison.Ordinal);
        Assert.Contains($"output='{models.Folder.Path}/it'\\''s'\n", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sbatch", "time")]
    [InlineData("--sbatch", "--time=1\nrm -rf x")]
    [InlineData("--partitions", "0")]
    public void What_is_no_option_of_sbatch_is_wrong_usage(string option, string value) =>
        Assert.Equal(2, CommandLineRun.Of(environment, "slurm", recipe, $"{option}={value}").ExitCode);

    private string Script(params string[] more)
    {
        var run = CommandLineRun.Of(environment, ["slurm", recipe, "--out", models.Folder["out"], "--partitions", "4", "--threads", "1", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return models.Folder.Write("merge.sbatch", System.Text.Encoding.UTF8.GetBytes(run.Output));
    }

    private void AssertIsTheModelOfOneMachine()
    {
        Assert.True(
            File.Exists(models.Folder["out/merge-manifest.json"]),
            string.Join('\n', Directory.GetFiles(models.Folder.Path, "slurm-*.out").Select(File.ReadAllText)));
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", recipe, "--out", models.Folder["whole"]).ExitCode);
        Assert.Equal(File.ReadAllBytes(models.Folder["whole/merge-manifest.json"]), File.ReadAllBytes(models.Folder["out/merge-manifest.json"]));
        Assert.Equal(0, CommandLineRun.Of(environment, "diff", models.Folder["whole"], models.Folder["out"]).ExitCode);
    }
}
