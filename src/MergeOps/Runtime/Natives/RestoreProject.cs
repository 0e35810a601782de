using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Runtime.Natives;

/// <summary>A project that does nothing but name one package, so that the user's own NuGet fetches it.</summary>
internal static class RestoreProject
{
    private const string Framework = "net10.0";

    /// <summary>Writes the project, with a lock file where the package's content is pinned: NuGet then refuses any other.</summary>
    /// <param name="package">What to fetch.</param>
    /// <param name="folder">Where the project goes; exists.</param>
    /// <param name="packages">Where NuGet shall unpack.</param>
    /// <param name="configuredFrom">The folder from which NuGet looks for <c>NuGet.config</c> upwards.</param>
    /// <returns>The project's path.</returns>
    public static string Write(NativePackage package, string folder, string packages, string configuredFrom)
    {
        var project = Path.Combine(folder, "natives.csproj");
        File.WriteAllText(project, Text(package, packages, configuredFrom));
        if (package.ContentHash is { } hash)
        {
            File.WriteAllText(Path.Combine(folder, "packages.lock.json"), LockText(package.Id, hash));
        }

        return project;
    }

    // What lies in folders above is somebody else's build and must not reach this one.
    private static string Text(NativePackage package, string packages, string configuredFrom) => $"""
        <Project>
          <PropertyGroup>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
          </PropertyGroup>
          <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
          <PropertyGroup>
            <TargetFramework>{Framework}</TargetFramework>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
            <DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>
            <NuGetAudit>false</NuGetAudit>
            <RestoreRootConfigDirectory>{SecurityElement.Escape(configuredFrom)}</RestoreRootConfigDirectory>
            <RestorePackagesPath>{SecurityElement.Escape(packages)}</RestorePackagesPath>
            <RestorePackagesWithLockFile>{(package.ContentHash is null ? "false" : "true")}</RestorePackagesWithLockFile>
            <RestoreLockedMode>{(package.ContentHash is null ? "false" : "true")}</RestoreLockedMode>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="{package.Id}" Version="[{NativePackage.Version}]" ExcludeAssets="all" />
          </ItemGroup>
          <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
        </Project>
        """;

    private static string LockText(string id, string contentHash) => new JsonObject
    {
        ["version"] = 1,
        ["dependencies"] = new JsonObject
        {
            [Framework] = new JsonObject
            {
                [id] = new JsonObject
                {
                    ["type"] = "Direct",
                    ["requested"] = $"[{NativePackage.Version}, {NativePackage.Version}]",
                    ["resolved"] = NativePackage.Version,
                    ["contentHash"] = contentHash,
                },
            },
        },
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}
