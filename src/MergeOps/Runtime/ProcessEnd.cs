using System.Runtime.InteropServices;

namespace MergeOps.Runtime;

/// <summary>Ends a process that has loaded libtorch.</summary>
internal static partial class ProcessEnd
{
    /// <summary>
    /// Lets this process end, after .NET has ended, without what libtorch registered when it was loaded: it would take
    /// itself apart piece by piece for memory that the system takes back anyway.
    /// </summary>
    /// <param name="exitCode">The exit code; everything is written and flushed.</param>
    /// <returns>The exit code, for the ordinary end.</returns>
    public static int With(int exitCode)
    {
        if (TorchRuntime.IsStarted && OperatingSystem.IsLinux())
        {
            // the last that is registered is called first, and it is called with the exit code
            var libc = NativeLibrary.Load("libc.so.6");
            _ = OnExit(NativeLibrary.GetExport(libc, "_exit"), 0);
        }

        return exitCode;
    }

    [LibraryImport("libc.so.6", EntryPoint = "on_exit")]
    private static partial int OnExit(nint function, nint argument);
}
