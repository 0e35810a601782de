using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>What <c>dotnet run</c> of the README says before there is a program to say something.</summary>
public sealed class FirstRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Before_the_first_restore_stderr_says_what_takes_so_long_and_stdout_stays_the_programs()
    {
        var first = Restore(folder["obj"]);

        Assert.Empty(first.Output.Trim());
        Assert.Equal("Restoring packages and building MergeOps for the first time. This takes about a minute: libtorch is a large download.", first.Error.Trim());
    }

    [Fact]
    public void Later_it_says_nothing()
    {
        folder.Write("obj/project.assets.json", "{}"u8);

        var later = Restore(folder["obj"]);

        Assert.Empty((later.Output + later.Error).Trim());
    }

    // as `dotnet run` restores, but for the work itself
    private static Finished Restore(string intermediates)
    {
        var restore = Commands.Run(
            "dotnet",
            ["msbuild", "src/MergeOps.Cli/MergeOps.Cli.csproj", "-t:SayWhatTheFirstRunWaitsFor", $"-p:MSBuildProjectExtensionsPath={intermediates}/", "-v:quiet", "-nologo", "-nodeReuse:false"],
            Repository.Root);
        Assert.True(restore.ExitCode == 0, restore.ToString());
        return restore;
    }
}
