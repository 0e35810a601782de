using System.IO.Compression;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Runtime.Natives;

/// <summary>A small package stands for libtorch; the NuGet that fetches it is the real one.</summary>
public sealed class NativeInstallationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HostEnvironment environment;
    private readonly byte[] nupkg = Pack("small-libtorch", NativePackage.FileName("torch"));

    public NativeInstallationTests()
    {
        environment = TestEnvironment.WithHome(folder["home"]);
        folder.Write("repository/nuget.config", """
            <configuration>
              <packageSources><clear /><add key="only" value="feed" /></packageSources>
            </configuration>
            """u8);
        folder.Write($"repository/feed/small-libtorch.{NativePackage.Version}.nupkg", nupkg);
    }

    // NuGet pins an unsigned package by the digest of its file
    private NativePackage Package => new("small-libtorch", NativePackage.ThisRid, "cpu", Convert.ToBase64String(SHA512.HashData(nupkg)));

    public void Dispose()
    {
        folder.Dispose();
    }

    [Fact]
    public async Task A_package_from_the_users_source_lies_in_the_cache_and_nothing_else_stays()
    {
        folder.Write("home/libtorch/" + Path.GetFileName(Package.FolderIn(environment.Home)) + ".partial/killed", "an earlier try"u8);
        Assert.False(NativeInstallation.IsDone(Package, environment.Home));

        await InstallAsync(Package);

        Assert.True(NativeInstallation.IsDone(Package, environment.Home));
        Assert.Equal("native", await File.ReadAllTextAsync(Path.Combine(Package.FolderIn(environment.Home), NativePackage.FileName("torch")), TestContext.Current.CancellationToken));
        Assert.Equal([Package.FolderIn(environment.Home)], Directory.EnumerateDirectories(folder["home/libtorch"]));
    }

    [Fact]
    public async Task A_package_with_another_content_is_refused()
    {
        folder.Write($"repository/feed/small-libtorch.{NativePackage.Version}.nupkg", Pack("small-libtorch", NativePackage.FileName("torch"), "Native"));

        Assert.Contains("NU1403", await RefusalOfAsync(Package), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_no_source_has_is_named() =>
        Assert.Contains("NU1101: Unable to find package no-libtorch.", await RefusalOfAsync(Package with { Id = "no-libtorch" }), StringComparison.Ordinal);

    [Fact]
    public async Task A_cancelled_installation_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => NativeInstallation.RunAsync(Package, environment, folder["repository"], cancelled.Token));

        Assert.Empty(Directory.EnumerateDirectories(folder["home/libtorch"]));
    }

    private Task InstallAsync(NativePackage package) =>
        NativeInstallation.RunAsync(package, environment, folder["repository"], TestContext.Current.CancellationToken);

    private async Task<string> RefusalOfAsync(NativePackage package)
    {
        var refusal = await Assert.ThrowsAsync<MergeOpsException>(() => InstallAsync(package));
        Assert.Equal(Codes.NativesNotInstalled, refusal.Diagnostic.Code);
        Assert.DoesNotContain("natives.csproj", refusal.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(folder["home/libtorch"]));
        return refusal.Diagnostic.Detail;
    }

    private static byte[] Pack(string id, string library, string content = "native")
    {
        using var bytes = new MemoryStream();
        using (var package = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            Write(package, $"{id}.nuspec", $"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
                  <metadata><id>{id}</id><version>{NativePackage.Version}</version><authors>tests</authors><description>A stand-in.</description></metadata>
                </package>
                """);
            Write(package, $"runtimes/{NativePackage.ThisRid}/native/{library}", content);
        }

        return bytes.ToArray();
    }

    private static void Write(ZipArchive package, string path, string text)
    {
        using var writer = new StreamWriter(package.CreateEntry(path).Open());
        writer.Write(text);
    }
}
