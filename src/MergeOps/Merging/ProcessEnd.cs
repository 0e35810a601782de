using System.Runtime.InteropServices;

namespace MergeOps.Merging;

/// <summary>Ends a process that has loaded libtorch.</summary>
internal static partial class ProcessEnd
{
    /// <summary>
    /// Ends this process at once when libtorch is in it, else leaves that to the caller: what libtorch registered when it
    /// was loaded it takes apart piece by piece at the end, for memory that the system takes back anyway.
    /// </summary>
    /// <param name="exitCode">The exit code; everything is written and flushed.</param>
    /// <returns>The exit code, for the ordinary end.</returns>
    public static int With(int exitCode)
    {
        if (TorchRuntime.IsStarted && !OperatingSystem.IsWindows())
        {
            EndNow(exitCode);
        }

        return exitCode;
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void EndNow(int exitCode);
}
