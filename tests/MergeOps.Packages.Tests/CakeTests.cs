using MergeOps.Runtime.Natives;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>The addin in the real Cake, installed from folder feeds.</summary>
public sealed class CakeTests(PackedFeed feed)
{
    private const string CakeVersion = "7.0.0";

    private static string CakeFeed => Path.GetDirectoryName(PackedFeed.Downloaded("cake.tool", CakeVersion))!;

    [Fact]
    public void The_quickstart_in_a_script_with_the_addin_gives_what_the_tool_gives()
    {
        using var machine = MachineWithCake();
        machine.CopyFromRepository("build/quickstart.cake");

        var run = machine.Succeed("dotnet", "cake", "build/quickstart.cake", $"--tool={RepositoryProgram.Path}", $"--to=folder:{machine["published"]}");

        Assert.Equal(RepositoryProgram.Quickstart, QuickstartDigests.Of(machine["published/0.1.0"]));
        Assert.Contains($"plan {RepositoryProgram.Quickstart.Planned}: 38 tensors from 4 models", run.Output, StringComparison.Ordinal);
        Assert.Contains($"model {RepositoryProgram.Quickstart.Model} by plan {RepositoryProgram.Quickstart.Plan}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_alias_reads_what_the_tool_says()
    {
        using var machine = MachineWithCake();
        File.WriteAllText(machine["recipes/bad.yml"], "merge_method: tied\nmodels: []\n");
        File.WriteAllText(machine["aliases.cake"], $$"""
            #r "{{typeof(Cake.MergeOps.MergeOpsAliases).Assembly.Location}}"
            using Cake.MergeOps;

            FilePath tool = "{{RepositoryProgram.Path}}", recipe = "recipes/quickstart.yml";
            var locked = MergeOpsLock(recipe, new MergeOpsLockSettings { ToolPath = tool, Check = true });
            Information("lock: {0} models, {1} files, new: {2}", locked.Models, locked.Files, locked.IsNew);
            var model = MergeOpsMerge(recipe, "out/quickstart", new MergeOpsMergeSettings { ToolPath = tool, Threads = 1, MaxMemory = "500MB" });
            Information("merge: {0} {1}", model.WasThere, model.ModelDigest);
            var evaluation = MergeOpsEvaluate(recipe, "out/quickstart", new MergeOpsEvaluateSettings { ToolPath = tool });
            Information("evaluation: {0}, {1} gates, accuracy {2}", evaluation.Passed, evaluation.Gates.Count,
                evaluation.Models.Single(model => model.Role == "merged").Figures["mean.accuracy"].Value);
            var publication = MergeOpsPublish(recipe, "out/quickstart", new MergeOpsPublishSettings { ToolPath = tool, DryRun = true });
            Information("publication: {0}, {1} steps", publication.Version, publication.Steps.Count);
            Information("drift: {0}", MergeOpsDrift(new[] { recipe }, new MergeOpsDriftSettings { ToolPath = tool }).Count);
            MergeOpsValidate("recipes/bad.yml", new MergeOpsValidateSettings { ToolPath = tool });
            """);

        var run = machine.Run("dotnet", "cake", "aliases.cake");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("lock: 4 models, 10 files, new: False", run.Output, StringComparison.Ordinal);
        Assert.Contains($"merge: False {RepositoryProgram.Quickstart.Model}", run.Output, StringComparison.Ordinal);
        Assert.Contains("evaluation: True, 4 gates, accuracy 0.980556", run.Output, StringComparison.Ordinal);
        Assert.Contains("publication: 0.1.0, 2 steps", run.Output, StringComparison.Ordinal);
        Assert.Contains("drift: 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("bad.yml(1,15): error MOPS", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("MergeOps: the recipe, its lock or an input is wrong (exit code 1).", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_another_one_the_addin_runs_the_tool_of_the_repositorys_manifest()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        using var machine = new UserMachine(feed.Folder, CakeFeed);
        machine.Set("NO_COLOR", "1");
        machine.Set("CAKE_SETTINGS_SKIPPACKAGEVERSIONCHECK", "true");
        machine.WriteToolManifest(("cake.tool", CakeVersion, "dotnet-cake"), ("mergeops.cli", feed.Version, "mergeops"));
        machine.Succeed("dotnet", "tool", "restore");
        File.WriteAllText(machine["plan.cake"], $"""
            #r "{typeof(Cake.MergeOps.MergeOpsAliases).Assembly.Location}"
            using Cake.MergeOps;

            Information("plan {"{0}"}", MergeOpsPlan("recipes/quickstart.yml").Digest);
            """);

        var run = machine.Succeed("dotnet", "cake", "plan.cake");

        Assert.Contains($"plan {RepositoryProgram.Quickstart.Planned}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_build_of_this_repository_packs_before_it_takes_the_addin()
    {
        using var machine = MachineWithCake();
        machine.CopyFromRepository("build/build.cake");

        var tasks = machine.Succeed("dotnet", "cake", "build/build.cake", "--dryrun").Output;

        Assert.Matches(@"(?s)1\. Format.*2\. Build.*3\. Test.*4\. Pack.*5\. Quickstart.*6\. Default", tasks);
    }

    private UserMachine MachineWithCake()
    {
        var machine = new UserMachine(feed.Folder, CakeFeed);
        machine.Set("NO_COLOR", "1");
        machine.Set("CAKE_SETTINGS_SKIPPACKAGEVERSIONCHECK", "true");
        machine.CopyFromRepository(".config/dotnet-tools.json");
        machine.Succeed("dotnet", "tool", "restore");
        return machine;
    }
}
