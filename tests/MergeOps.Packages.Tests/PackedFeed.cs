using System.IO.Compression;
using System.Reflection;
using MergeOps.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(MergeOps.Packages.Tests.PackedFeed))]

namespace MergeOps.Packages.Tests;

/// <summary>A folder feed with every package of this repository: what a release is about to publish, else packed once for all tests.</summary>
public sealed class PackedFeed : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<string> packed;

    /// <summary>Packs when the first test asks for it.</summary>
    public PackedFeed() => packed = new(() => Release ?? Pack());

    /// <summary>The folder that a release is published from, where <c>MERGEOPS_ARTIFACTS</c> names it; then nothing is made anew.</summary>
    public static string? Release { get; } = Environment.GetEnvironmentVariable("MERGEOPS_ARTIFACTS") is { Length: > 0 } artifacts ? Path.GetFullPath(artifacts, Repository.Root) : null;

    /// <summary>The feed.</summary>
    public string Folder => packed.Value;

    /// <summary>The version of every package.</summary>
    public string Version => Path.GetFileNameWithoutExtension(Package("MergeOps"))["MergeOps.".Length..];

    /// <summary>The file of a package.</summary>
    public string Package(string id) => Assert.Single(
        Directory.EnumerateFiles(Folder, $"{id}.*.nupkg"), path => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1]));

    /// <summary>The names of the packages.</summary>
    public IEnumerable<string> Ids() =>
        from path in Directory.EnumerateFiles(Folder, "*.nupkg")
        select Path.GetFileNameWithoutExtension(path)[..^(Version.Length + 1)];

    /// <summary>What a package holds, without what NuGet itself adds to every one.</summary>
    public IEnumerable<string> FilesOf(string id)
    {
        using var package = ZipFile.OpenRead(Package(id));
        return
        [
            .. package.Entries.Select(entry => entry.FullName)
                .Where(name => name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The folder of the packages that NuGet downloaded to build this repository.</summary>
    public static string Packages { get; } =
        typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "NuGetPackageRoot").Value!;

    /// <summary>A package that NuGet downloaded to build this repository.</summary>
    public static string Downloaded(string id, string version) => Path.Combine(Packages, id, version, $"{id}.{version}.nupkg");

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private string Pack()
    {
        var ofSources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        using var building = RepositoryProgram.Building.EnterScope();
        foreach (var project in ofSources.Append(Path.Combine(Repository.Root, "tests", "MergeOps.TestHub", "MergeOps.TestHub.csproj")))
        {
            var pack = Commands.Run(
                "dotnet",
                // the code was analyzed when it was built; here each system's copy of it would be again
                ["pack", project, "-c", "Release", "-o", folder["feed"], "--nologo", "-v", "quiet", "-nodeReuse:false", "-p:RunAnalyzers=false"],
                Repository.Root);
            Assert.True(pack.ExitCode == 0, pack.ToString());
        }

        return folder["feed"];
    }
}
