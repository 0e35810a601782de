using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Tensors;

/// <summary>
/// System calls of Linux and macOS that .NET hides, weakens or answers wrongly: its <c>fsync</c> reports success
/// whatever happened, it cannot open a folder, and its move across disks silently copies.
/// </summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int SeekCurrent = 1;
    private const int MacFullSync = 51;
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;

    private static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Whether a path that can be opened is a file, not a pipe or terminal; true also when it cannot be opened.</summary>
    public static bool IsSeekable(string path)
    {
        var descriptor = Open(path, ReadOnly | NonBlocking | CloseOnExec);
        if (descriptor < 0)
        {
            return true;
        }

        var position = Seek(descriptor, 0, SeekCurrent);
        _ = Close(descriptor);
        return position >= 0;
    }

    /// <summary>Brings the bytes of an open file to the disk.</summary>
    /// <exception cref="IOException">The system could not; the bytes may be lost, so trying again proves nothing.</exception>
    public static void Flush(SafeFileHandle file)
    {
        // macOS's fsync leaves the bytes in the drive's own cache.
        if (OperatingSystem.IsMacOS() && Control(file, MacFullSync) == 0)
        {
            return;
        }

        if (!TrySync(file, out var error))
        {
            throw Failure(error);
        }
    }

    /// <summary>Lets the disk begin with bytes that will be flushed later, without waiting; only a hint, and only on Linux.</summary>
    public static void StartFlush(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            const uint write = 2;
            _ = SyncRange(file, offset, length, write);
        }
    }

    /// <summary>Brings the names of a folder to the disk.</summary>
    /// <exception cref="IOException">The system could not.</exception>
    public static void FlushFolder(string path)
    {
        using var folder = new SafeFileHandle(Open(path, ReadOnly | CloseOnExec), ownsHandle: true);
        if (folder.IsInvalid)
        {
            throw LastError();
        }

        // A file system that keeps no folders of its own answers so, and has nothing to flush.
        if (!TrySync(folder, out var error) && error != InvalidArgument)
        {
            throw Failure(error);
        }
    }

    /// <summary>Renames on one disk in one step, taking the place of a file or empty folder of the new name.</summary>
    /// <exception cref="IOException">The system could not; the two names on different disks are one reason.</exception>
    public static void Rename(string from, string to)
    {
        if (RenameTo(from, to) != 0)
        {
            throw LastError();
        }
    }

    /// <summary>Gives a file a second name on the same disk.</summary>
    /// <returns>False when the file system cannot, or the names lie on different disks.</returns>
    public static bool TryLink(string existing, string added) => Link(existing, added) == 0;

    private static bool TrySync(SafeFileHandle file, out int error)
    {
        do
        {
            if (Sync(file) == 0)
            {
                error = 0;
                return true;
            }

            error = Marshal.GetLastPInvokeError();
        }
        while (error == Interrupted);
        return false;
    }

    private static IOException LastError() => Failure(Marshal.GetLastPInvokeError());

    private static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameTo(string from, string to);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string added);
}
