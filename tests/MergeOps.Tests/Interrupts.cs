using System.Globalization;

namespace MergeOps.Tests;

/// <summary>Whether Ctrl-C reaches the processes that these tests start.</summary>
internal static class Interrupts
{
    /// <summary>A program that runs in the background of a shell leaves interrupts to the one in front, and so do those that it starts.</summary>
    public static bool AreIgnored =>
        File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (ulong.Parse(ignored["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0b10) != 0;
}
