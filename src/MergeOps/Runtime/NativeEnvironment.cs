using System.Runtime.InteropServices;

namespace MergeOps.Runtime;

/// <summary>Sets variables that native libraries read when they load; the managed API changes only the managed copy on Unix.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Makes MKL take the same code path on every x64 processor.</summary>
    public static void PinArithmetic() => Set("MKL_CBWR", "COMPATIBLE");

    private static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        _ = OperatingSystem.IsWindows() ? PutEnvironment(name, value) : SetEnvironment(name, value, overwrite: 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("ucrtbase", EntryPoint = "_putenv_s", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int PutEnvironment(string name, string value);
}
