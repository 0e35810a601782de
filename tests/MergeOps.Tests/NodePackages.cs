using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace MergeOps.Tests;

/// <summary>Packages of npm, installed by the first test that needs them.</summary>
internal static class NodePackages
{
    /// <summary>The program npm.</summary>
    public static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>Makes sure of what a folder's <c>package.json</c> names; skips the test where there is no npm, or its registry does not answer.</summary>
    public static void Require(string folder)
    {
        // npm writes it when all packages are in their place
        var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package.json")))
        {
            return;
        }

        var problem = Install(folder);
        Assert.SkipUnless(problem is null, $"npm install in {Path.GetRelativePath(Repository.Root, folder)}: {problem}");
    }

    private static string? Install(string folder)
    {
        var start = new ProcessStartInfo(Npm, ["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--fetch-retries=0", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var npm = Process.Start(start)!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var errors = npm.StandardError.ReadToEnd();
            output.GetAwaiter().GetResult();
            npm.WaitForExit();
            return npm.ExitCode == 0 ? null : $"exit code {npm.ExitCode}, {errors.ReplaceLineEndings(" ").Trim()}";
        }
        catch (Win32Exception absent)
        {
            return absent.Message;
        }
    }
}
