namespace MergeOps.Packages.Tests;

/// <summary>The command line as this repository builds it, which everything packed is held against.</summary>
internal static class RepositoryProgram
{
    private static readonly Lazy<QuickstartDigests> Made = new(Make);

    /// <summary>What it gives for the quickstart.</summary>
    public static QuickstartDigests Quickstart => Made.Value;

    private static QuickstartDigests Make()
    {
        using var machine = new UserMachine();
        return machine.Quickstart(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "MergeOps.Cli.exe" : "MergeOps.Cli"));
    }
}
