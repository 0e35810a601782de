using MergeOps.Runtime.Natives;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>The tool, installed from the feed on a machine without any package.</summary>
public sealed class ToolTests(PackedFeed feed)
{
    // what the framework's own image lacks, and a little more: without build/StartUp.mibc there are about 900
    private const int FewMethods = 400;

    [Fact]
    public void The_tool_for_this_system_runs_the_quickstart_as_the_repository_does()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        using var machine = new UserMachine(feed.Folder);

        machine.Succeed("dotnet", "tool", "install", "MergeOps.Cli", "--version", feed.Version, "--tool-path", "tool", "--configfile", "nuget.config");
        var mergeops = machine[Path.Combine("tool", OperatingSystem.IsWindows() ? "mergeops.exe" : "mergeops")];

        Assert.StartsWith(feed.Version, machine.Succeed(mergeops, "--version").Output, StringComparison.Ordinal);
        Assert.Equal(RepositoryProgram.Quickstart, machine.Quickstart(mergeops));
        Assert.Contains("Published as version 0.1.0", machine.Succeed(mergeops, "run", "recipes/quickstart.yml").Error, StringComparison.Ordinal);
        Assert.Equal(RepositoryProgram.Quickstart, QuickstartDigests.Of(machine["published/quickstart/0.1.0"]));
        Assert.InRange(MethodsCompiledByPlan(machine, mergeops), 1, FewMethods);
    }

    private static int MethodsCompiledByPlan(UserMachine machine, string mergeops)
    {
        // with one processor nothing is run ahead: a thread that still compiles when the program ends would write into a closed list
        machine.Set("DOTNET_PROCESSOR_COUNT", "1");
        machine.Set("DOTNET_JitDisasmSummary", "1");
        machine.Set("DOTNET_JitStdOutFile", machine["compiled"]);
        machine.Succeed(mergeops, "plan", "recipes/quickstart.yml");
        return File.ReadLines(machine["compiled"]).Count();
    }
}
