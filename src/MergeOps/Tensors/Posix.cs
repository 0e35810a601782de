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
    private const int NoSuchCall = 38;
    private const int CurrentFolder = -100;
    private const int PlainType = 0x8000;
    private const uint LinuxExchange = 2;
    private const uint MacSwap = 2;

    // EOPNOTSUPP and ENOTSUP: macOS, macOS, Linux
    private static readonly int[] NotSupported = [45, 102, 95];

    private static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Whether a path is a plain file or leads to one, not a pipe, socket, terminal or device; true also when the system does not say.</summary>
    public static bool IsPlain(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return TypeOf(path) is 0 or PlainType;
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

    /// <summary>Lets two names on one disk change places in one step: whoever looks sees both, before or after.</summary>
    /// <returns>False when the file system or the system cannot.</returns>
    /// <exception cref="IOException">It could, and something else is in the way.</exception>
    public static bool TryExchange(string one, string other)
    {
        try
        {
            var isDone = OperatingSystem.IsMacOS()
                ? Swap(one, other, MacSwap) == 0
                : OperatingSystem.IsLinux() && RenameAt(CurrentFolder, one, CurrentFolder, other, LinuxExchange) == 0;
            return isDone || (Marshal.GetLastPInvokeError() is var error && IsUnsupported(error) ? false : throw Failure(error));
        }
        catch (EntryPointNotFoundException)
        {
            // a C library from before 2018
            return false;
        }
    }

    /// <summary>Keeps other processes of the same user from reading this one's memory and environment, or lets them.</summary>
    /// <returns>Whether they could before; null where the system has no such switch.</returns>
    public static bool? SetReadable(bool isReadable)
    {
        const int get = 3, set = 4;
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var before = ProcessControl(get, 0, 0, 0, 0);
        return before >= 0 && ProcessControl(set, isReadable ? 1 : 0, 0, 0, 0) == 0 ? before == 1 : null;
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

    /// <summary>Lets the disk begin with bytes that will be read soon, without waiting; only a hint, and only on Linux.</summary>
    public static void StartReading(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            const int willNeed = 3;
            _ = Advise(file, offset, length, willNeed);
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

    private static bool IsUnsupported(int error) => error is InvalidArgument or NoSuchCall || Array.IndexOf(NotSupported, error) >= 0;

    // struct statx has one layout on every architecture: stx_mode at 28
    private static unsafe int TypeOf(string path)
    {
        const int typeOnly = 1, typeBits = 0xF000;
        var buffer = stackalloc byte[256];
        return Status(CurrentFolder, path, 0, typeOnly, buffer) == 0 ? *(ushort*)(buffer + 28) & typeBits : 0;
    }

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

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Status(int folder, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt(int oldFolder, string from, int newFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Swap(string one, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int ProcessControl(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

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
