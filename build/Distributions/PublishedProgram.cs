using System.Diagnostics;

namespace Distributions;

/// <summary>The command line with its runtime, as <c>dotnet publish</c> makes it.</summary>
/// <param name="Folder">Where it lies.</param>
/// <param name="Platform">The system that it runs on.</param>
internal sealed record PublishedProgram(string Folder, Platform Platform)
{
    private const string Assembly = "MergeOps.Cli";

    // of the runtime: writes the memory of a process that crashed
    private const string CrashDump = "createdump";

    /// <summary>What users type.</summary>
    public string Command => "mergeops" + Platform.ProgramSuffix;

    /// <summary>The version as Semantic Versioning writes it, without the commit.</summary>
    public string Version => Facts.ProductVersion!.Split('+')[0];

    /// <summary>What the program says of itself.</summary>
    public string Description => Facts.Comments!;

    /// <summary>Who made it.</summary>
    public string Authors => Facts.CompanyName!;

    private FileVersionInfo Facts => FileVersionInfo.GetVersionInfo(Path.Combine(Folder, Assembly + ".dll"));

    /// <summary>Publishes it.</summary>
    /// <param name="repository">The repository's root.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="platform">The system, which must be this one.</param>
    /// <param name="withLibTorch">Whether it brings libtorch.</param>
    /// <exception cref="InvalidOperationException">It cannot be built; the build has said why.</exception>
    public static PublishedProgram Make(string repository, string folder, Platform platform, bool withLibTorch)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [
                "publish", "src/MergeOps.Cli", "-c", "Release", "-r", platform.Rid, "--self-contained", "-o", folder, "--nologo", "-v", "quiet", "-nodeReuse:false",
                // the code was analyzed when it was built
                "-p:RunAnalyzers=false", $"-p:WithoutLibTorch={(withLibTorch ? "false" : "true")}",
            ])
        {
            WorkingDirectory = repository,
        };
        using var build = Process.Start(start)!;
        build.WaitForExit();
        return build.ExitCode == 0 ? new(folder, platform) : throw new InvalidOperationException($"dotnet publish ended with {build.ExitCode}.");
    }

    /// <summary>Its files below a folder, in the order of their names.</summary>
    public IEnumerable<DistributedFile> FilesBelow(string folder)
    {
        var files =
            from path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            let relative = Path.GetRelativePath(Folder, path).Replace('\\', '/')
            let isCommand = relative == Assembly + Platform.ProgramSuffix
            select new DistributedFile($"{folder}/{(isCommand ? Command : relative)}", isCommand || relative == CrashDump, () => File.OpenRead(path));
        return files.OrderBy(file => file.Name, StringComparer.Ordinal);
    }
}
