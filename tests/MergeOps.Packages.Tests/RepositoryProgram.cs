using System.Runtime.InteropServices;

namespace MergeOps.Packages.Tests;

/// <summary>The command line as this repository builds it, which everything packed is held against.</summary>
internal static class RepositoryProgram
{
    private static readonly Lazy<QuickstartDigests> Made = new(Make);

    /// <summary>Held by whoever packs or publishes this repository in its own folders: two builds would write the same files.</summary>
    public static Lock Building { get; } = new();

    /// <summary>What it gives for the quickstart.</summary>
    public static QuickstartDigests Quickstart => Made.Value;

    /// <summary>Its file.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "MergeOps.Cli.exe" : "MergeOps.Cli");

    /// <summary>The folder of its libtorch.</summary>
    public static string Natives { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");

    private static QuickstartDigests Make()
    {
        using var machine = new UserMachine();
        return machine.Quickstart(Path);
    }
}
