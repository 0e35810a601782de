using System.Text.Json;
using Cake.Core;
using Cake.Core.IO;
using IOPath = System.IO.Path;

namespace Cake.MergeOps;

/// <summary>The <c>mergeops</c> that a repository lists among its local .NET tools, run by <c>dotnet tool run</c>.</summary>
internal sealed class LocalTool(IFileSystem files, ICakeEnvironment environment)
{
    private const string Command = "mergeops";

    private static readonly string[] Manifests = [".config/dotnet-tools.json", "dotnet-tools.json"];

    /// <summary>The program that runs local tools.</summary>
    public static IEnumerable<string> HostNames => ["dotnet", "dotnet.exe"];

    /// <summary>Whether a manifest in the working directory or above it lists the tool.</summary>
    public bool IsInManifest()
    {
        for (var folder = environment.WorkingDirectory; folder is not null && folder.FullPath.Length > 0; folder = Parent(folder))
        {
            if (Manifests.Select(name => files.GetFile(folder.CombineWithFilePath(name))).Where(file => file.Exists).Any(Lists))
            {
                return true;
            }
        }

        return false;
    }

    private static DirectoryPath? Parent(DirectoryPath folder) =>
        IOPath.GetDirectoryName(folder.FullPath) is { Length: > 0 } parent ? new DirectoryPath(parent) : null;

    private static bool Lists(IFile manifest)
    {
        using var stream = manifest.OpenRead();
        try
        {
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.TryGetProperty("tools", out var tools)
                && tools.EnumerateObject().Any(tool =>
                    tool.Value.TryGetProperty("commands", out var commands) && commands.EnumerateArray().Any(command => command.GetString() == Command));
        }
        catch (JsonException)
        {
            // `dotnet tool run` says what is wrong with it better than we could
            return true;
        }
    }
}
