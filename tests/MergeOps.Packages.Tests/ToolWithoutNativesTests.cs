using System.IO.Compression;
using MergeOps.Runtime.Natives;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>The package for all other systems, which brings no libtorch.</summary>
public sealed class ToolWithoutNativesTests(PackedFeed feed)
{
    [Fact]
    public void It_says_what_to_run_and_merges_once_libtorch_is_installed()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        var package = NativePackage.ForThisSystem(cuda: false)!;
        var downloaded = PackedFeed.Downloaded(package.Id, NativePackage.Version);
        Assert.SkipUnless(File.Exists(downloaded), "NuGet keeps its packages elsewhere");
        using var machine = new UserMachine(feed.Folder);
        ZipFile.ExtractToDirectory(feed.Package("MergeOps.Cli.any"), machine["unpacked"]);
        var mergeops = machine["unpacked/tools/net10.0/any/MergeOps.Cli.dll"];

        machine.Succeed("dotnet", mergeops, "validate", "recipes/quickstart.yml");
        machine.Succeed("dotnet", mergeops, "plan", "recipes/quickstart.yml");
        var without = machine.Run("dotnet", mergeops, "merge", "recipes/quickstart.yml", "--out", "out/quickstart");
        Assert.Equal(3, without.ExitCode);
        Assert.Contains("error MOPS501: libtorch cannot be loaded.", without.Error, StringComparison.Ordinal);
        Assert.Contains("Run `mergeops torch install`", without.Error, StringComparison.Ordinal);

        var absent = machine.Run("dotnet", mergeops, "torch", "install");
        Assert.Equal(3, absent.ExitCode);
        Assert.Contains($"Unable to find package {package.Id}", absent.Error, StringComparison.Ordinal);

        machine.WriteNuGetConfig(Path.GetDirectoryName(downloaded)!);
        var installed = machine.Succeed("dotnet", mergeops, "torch", "install");
        Assert.Equal(installed.Output, machine.Succeed("dotnet", mergeops, "torch", "install").Output);
        Assert.Contains(installed.Output.Trim(), machine.Succeed("dotnet", mergeops, "doctor").Output, StringComparison.Ordinal);
        Assert.Equal(RepositoryProgram.Quickstart, machine.Quickstart("dotnet", mergeops));
    }
}
