using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Tensors;

/// <summary>
/// File systems on which identities prove little: those on a network answer from a memory that others do not know of, and
/// layers number files and disks as they please.
/// </summary>
internal static partial class WeakFileSystem
{
    /// <summary>The name of a file's system; null when it is an ordinary one, or nobody can say.</summary>
    public static string? NameOf(string path)
    {
        Status status;
        unsafe
        {
            return OperatingSystem.IsLinux() && StatusOf(path, &status) == 0 ? NameOf(status) : null;
        }
    }

    /// <summary>The name of an open file's system; null when it is an ordinary one, or nobody can say.</summary>
    public static string? NameOf(SafeFileHandle file)
    {
        Status status;
        unsafe
        {
            return OperatingSystem.IsLinux() && StatusOf(file, &status) == 0 ? NameOf(status) : null;
        }
    }

    // linux/magic.h and the headers of the file systems themselves
    private static string? NameOf(Status status) => (uint)status.Kind switch
    {
        0x6969 => "nfs",
        0x517B or 0xFF534D42 or 0xFE534D42 => "smb",
        0x65735546 => "fuse",
        0x01021997 => "9p",
        0x794C7630 => "overlay",
        0x00C36400 => "ceph",
        0x0BD00BD0 => "lustre",
        0x47504653 => "gpfs",
        0x19830326 => "beegfs",
        0x5346414F or 0x6B414653 => "afs",
        _ => null,
    };

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatusOf(string path, Status* status);

    [LibraryImport("libc", EntryPoint = "fstatfs")]
    private static unsafe partial int StatusOf(SafeFileHandle file, Status* status);

    // longer than struct statfs of any architecture; only its beginning is of use
    [StructLayout(LayoutKind.Sequential, Size = 512)]
    private struct Status
    {
        public nint Kind;
    }
}
