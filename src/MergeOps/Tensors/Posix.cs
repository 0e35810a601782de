using System.Runtime.InteropServices;

namespace MergeOps.Tensors;

/// <summary>System calls that .NET hides, weakens or answers wrongly; for Linux and macOS.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int SeekCurrent = 1;

    private static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Whether a path that can be opened is a file, not a pipe or terminal; true also when it cannot be opened.</summary>
    public static bool IsSeekable(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var descriptor = Open(path, ReadOnly | NonBlocking | CloseOnExec);
        if (descriptor < 0)
        {
            return true;
        }

        var position = Seek(descriptor, 0, SeekCurrent);
        _ = Close(descriptor);
        return position >= 0;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
