using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MergeOps.Tensors;

/// <summary>The one call of Windows that .NET gives only with a silent copy across disks.</summary>
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

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", StringMarshalling = StringMarshalling.Utf16, SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFile(string from, string to, uint flags);
}
