using System.Text.Json;
using System.Xml.Linq;
using MergeOps.Runtime.Natives;
using Xunit;

namespace MergeOps.Tests.Runtime.Natives;

public sealed class NativePackageTests
{
    [Theory]
    [InlineData("linux")]
    [InlineData("windows")]
    [InlineData("macos")]
    public void What_is_fetched_is_what_the_command_line_is_built_with(string system)
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(Repository.Root, "src", "MergeOps.Cli", $"packages.{system}.lock.json")));
        var libtorch = locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Single(package => package.Name.StartsWith("libtorch-cpu-", StringComparison.Ordinal));

        var package = Assert.Single(NativePackage.Cpu, package => package.Id == libtorch.Name);
        Assert.Equal(NativePackage.Version, libtorch.Value.GetProperty("resolved").GetString());
        Assert.Equal(libtorch.Value.GetProperty("contentHash").GetString(), package.ContentHash);
    }

    [Fact]
    public void The_version_is_the_one_that_all_projects_share() =>
        Assert.Equal(
            NativePackage.Version,
            XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("LibTorchVersion").Single().Value);
}
