using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>Recipes in builds, with the package installed from the feed.</summary>
public sealed class MSBuildTests(PackedFeed feed)
{
    private const string OtherRecipe = """
        merge_method: linear
        models:
          - model: ./quickstart/plurals
            parameters: { weight: 1 }
          - model: ./quickstart/past
            parameters: { weight: 1 }
        """;

    [Fact]
    public void A_build_merges_what_changed_and_nothing_else()
    {
        using var project = new ModelProject(feed, "<TargetFramework>net10.0</TargetFramework>");
        project.Write("recipes/other.yml", OtherRecipe);

        Assert.Equal(["quickstart", "other"], project.Build().OrderDescending(StringComparer.Ordinal));
        Assert.Equal(RepositoryProgram.Quickstart, QuickstartDigests.Of(project["bin/Release/models/quickstart"]));
        Assert.Empty(project.Build());

        project.Write("recipes/other.yml", OtherRecipe.Replace("weight: 1", "weight: 2", StringComparison.Ordinal));
        Assert.Equal(["other"], project.Build());

        File.SetLastWriteTimeUtc(project["recipes/quickstart/comparatives/model.safetensors"], DateTime.UtcNow);
        Assert.Equal(["quickstart"], project.Build());
        Assert.Empty(project.Build());

        project.Run("clean");
        Assert.Empty(Directory.GetFileSystemEntries(project["bin/Release/models"]));
    }

    [Fact]
    public void A_mistake_is_one_error_with_its_place_in_the_output_and_in_the_binary_log()
    {
        using var project = new ModelProject(feed, "<TargetFramework>net10.0</TargetFramework>");
        project.Write("recipes/bad.yml", OtherRecipe.Replace("weight", "wieght", StringComparison.Ordinal));

        var build = project.TryBuild("-bl:log.binlog");
        var replayed = project.Run("msbuild", "log.binlog", "-noAutoResponse", "-verbosity:minimal");

        Assert.Equal(1, build.ExitCode);
        Assert.False(Directory.Exists(project["bin/Release/models"]));
        Assert.All([build.Output, replayed.Output], output => Assert.Equal(
            [
                "recipes/bad.yml(4,19): error MOPS130: Unknown parameter. 'linear' has no parameter 'wieght'. Did you mean 'weight'?",
                "recipes/bad.yml(6,19): error MOPS130: Unknown parameter. 'linear' has no parameter 'wieght'. Did you mean 'weight'?",
            ],
            ModelProject.ErrorsIn(output)));
    }

    [Fact]
    public void A_project_for_several_frameworks_merges_once()
    {
        // reference assemblies of an older framework would have to be downloaded
        using var project = new ModelProject(
            feed,
            "<TargetFrameworks>net9.0;net10.0</TargetFrameworks><DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>",
            "Microsoft.Build.NoTargets/3.7.0");

        Assert.Equal(["quickstart"], project.Build());
        Assert.Empty(project.Build("--framework", "net10.0"));
        Assert.Equal(["quickstart"], Directory.GetDirectories(project["bin/Release/models"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_repository_of_models_alone_needs_no_code()
    {
        using var project = new ModelProject(feed, "<TargetFramework>net10.0</TargetFramework>", "Microsoft.Build.NoTargets/3.7.0");

        Assert.Equal(["quickstart"], project.Build());
        Assert.Empty(project.Build());

        project.Build("-t:PublishModels", $"-p:MergeOpsPublishTo=folder:{project["published"]}");
        Assert.Equal(RepositoryProgram.Quickstart, QuickstartDigests.Of(project["published/0.1.0"]));
    }

    [Fact]
    public async Task A_cancelled_build_ends_its_merge_and_leaves_nothing_half_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix signals");
        Assert.SkipWhen(Interrupts.AreIgnored, "whoever started these tests has switched Ctrl-C off");
        using var project = new ModelProject(feed, "<TargetFramework>net10.0</TargetFramework>");
        project.WriteLongMerge();
        project.Build("-p:MergeOpsMergeOnBuild=false");

        using var build = project.Start("build", "-c", "Release", "--no-restore", "-nodeReuse:false", "-t:MergeModels", "-p:MergeOpsThreads=1");
        var models = project["bin/Release/models"];
        await Until(() => build.HasExited || (Directory.Exists(models) && Directory.EnumerateFiles(models, "lock", SearchOption.AllDirectories).Any()));
        using var interrupt = System.Diagnostics.Process.Start("kill", ["-INT", $"{build.Id}"]);
        var output = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(build.ExitCode != 0, output);
        // the merge held its lock until it ended
        var held = Directory.EnumerateFiles(models, "lock", SearchOption.AllDirectories).Single();
        using (new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.False(Directory.Exists(Path.Combine(models, "long")));
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }
}
