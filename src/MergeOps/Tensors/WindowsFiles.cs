using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MergeOps.Tensors;

/// <summary>Calls of Windows that .NET does not give, or only with a silent copy across disks.</summary>
internal static partial class WindowsFiles
{
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;

    /// <summary>Renames on one disk in one step, taking the place of a file of the new name.</summary>
    /// <exception cref="IOException">The system could not; the two names on different disks are one reason.</exception>
    public static void Rename(string from, string to)
    {
        if (!MoveFile(from, to, ReplaceExisting | WriteThrough))
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException(new Win32Exception(error).Message, error);
        }
    }

    /// <summary>Gives a file a second name on the same disk.</summary>
    /// <returns>False when the file system cannot, or the names lie on different disks.</returns>
    public static bool TryLink(string existing, string added) => CreateHardLink(added, existing, 0);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFile(string from, string to, uint flags);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string added, string existing, nint securityAttributes);
}
