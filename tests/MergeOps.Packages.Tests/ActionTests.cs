using System.Runtime.InteropServices;
using MergeOps.Runtime.Natives;
using MergeOps.TestGitHub.Runner;
using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>The action's own steps, with the tool from each place where it may come from.</summary>
public sealed class ActionTests(PackedFeed feed) : IDisposable
{
    private readonly TemporaryFolder runner = new();

    public void Dispose() => runner.Dispose();

    [Fact]
    public void With_a_tool_that_is_there_it_gives_what_the_command_line_gives()
    {
        using var machine = new UserMachine();

        Assert.Equal(RepositoryProgram.Quickstart, Quickstart(machine, RunnerOn(machine), ("tool-path", RepositoryProgram.Path)));
    }

    [Fact]
    public void With_the_repositorys_tool_manifest_it_gives_what_the_command_line_gives()
    {
        using var machine = MachineWithFeed();
        machine.WriteToolManifest(("mergeops.cli", feed.Version, "mergeops"));

        Assert.Equal(RepositoryProgram.Quickstart, Quickstart(machine, RunnerOn(machine)));
    }

    [Fact]
    public void With_an_exact_version_it_gives_what_the_command_line_gives()
    {
        using var machine = MachineWithFeed();
        var steps = RunnerOn(machine);

        Assert.Equal(RepositoryProgram.Quickstart, Quickstart(machine, steps, ("version", feed.Version)));

        // the second time it takes no NuGet source
        machine.WriteNuGetConfig();
        AssertIsKept(steps, ("version", feed.Version));
        var other = steps.Run(("version", "0.0.1-absent"), ("command", "validate"));
        Assert.False(other.Succeeded);
        Assert.Equal("environment", other.Outputs["failure-reason"]);
        Assert.Contains("MergeOps.Cli 0.0.1-absent cannot be installed from your NuGet sources", Assert.Single(other.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Built_from_its_own_checkout_it_gives_what_the_command_line_gives()
    {
        using var machine = new UserMachine();
        // this build may take the packages that the build of these tests took
        machine.Set("NUGET_PACKAGES", PackedFeed.Packages);
        // the code was analyzed when it was built
        machine.Set("RunAnalyzers", "false");
        var steps = RunnerOn(machine);

        Assert.Equal(RepositoryProgram.Quickstart, Quickstart(machine, steps));
        AssertIsKept(steps);
    }

    [Fact]
    public void An_SDK_that_is_too_old_is_replaced_where_one_is_needed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a script cannot stand in for dotnet.exe");
        using var machine = new UserMachine();
        var old = runner.Write("old/dotnet", "#!/bin/sh\n[ \"$1\" != --version ] || echo 8.0.100\n"u8);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var steps = RunnerOn(
            machine,
            ("PATH", $"{Path.GetDirectoryName(old)}:{Environment.GetEnvironmentVariable("PATH")}"),
            ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."))));

        Assert.Empty(steps.Run(("tool-path", RepositoryProgram.Path), ("command", "validate")).Uses);
        Assert.StartsWith("actions/setup-dotnet@", Assert.Single(steps.Run(("command", "validate")).Uses), StringComparison.Ordinal);
    }

    private UserMachine MachineWithFeed()
    {
        Assert.SkipWhen(NativePackage.ForThisSystem(cuda: false) is null, "nobody packs libtorch for this system");
        return new UserMachine(feed.Folder);
    }

    private ActionRunner RunnerOn(UserMachine machine, params IEnumerable<(string Name, string Value)> environment) => new(Repository.Root, machine.Work, runner["temp"])
    {
        ToolCache = runner["tools"],
        Environment = new(machine.Environment
            .Append(KeyValuePair.Create("MERGEOPS_PATH", (string?)null))
            .Concat(environment.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))),
    };

    private static QuickstartDigests Quickstart(UserMachine machine, ActionRunner steps, params (string Name, string Value)[] inputs)
    {
        var plan = steps.Run([("command", "plan"), ("recipes", "recipes/quickstart.yml"), .. inputs]);
        Assert.True(plan.Succeeded, plan.ToString());
        var run = steps.Run([("command", "run"), ("recipes", "recipes/quickstart.yml"), .. inputs]);
        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal("0.1.0", run.Outputs["version"]);
        Assert.Equal(plan.Outputs["plan-hash"], run.Outputs["plan-hash"]);
        return QuickstartDigests.Of(machine["published/quickstart/0.1.0"]) with { Planned = plan.Outputs["plan-hash"] };
    }

    private void AssertIsKept(ActionRunner steps, params (string Name, string Value)[] inputs)
    {
        var complete = Assert.Single(Directory.EnumerateFiles(runner.Path, ".complete", SearchOption.AllDirectories));
        var made = File.GetLastWriteTimeUtc(complete);

        var run = steps.Run([("command", "validate"), .. inputs]);

        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal(made, File.GetLastWriteTimeUtc(complete));
    }
}
