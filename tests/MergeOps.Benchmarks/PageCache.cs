using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Benchmarks;

/// <summary>What Linux keeps of files in memory.</summary>
internal static unsafe partial class PageCache
{
    private const int Read = 1, Shared = 1, DontNeed = 4;

    /// <summary>Drops files from the page cache and makes sure that they are gone from it.</summary>
    /// <exception cref="InvalidOperationException">More than a hundredth of a file stays: somebody has it mapped or reads it.</exception>
    public static void Drop(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
            if (Advise(file, 0, 0, DontNeed) != 0 || ResidentShare(file) is > 0.01 and var share)
            {
                throw new InvalidOperationException($"{path} does not leave the page cache");
            }
        }
    }

    private static double ResidentShare(SafeFileHandle file)
    {
        var length = (nuint)RandomAccess.GetLength(file);
        var pages = new byte[((long)length + Environment.SystemPageSize - 1) / Environment.SystemPageSize];
        var address = Map(0, length, Read, Shared, file, 0);
        try
        {
            fixed (byte* states = pages)
            {
                return InCore(address, length, states) == 0
                    ? (double)pages.Count(state => (state & 1) == 1) / pages.Length
                    : throw new InvalidOperationException($"mincore: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Unmap(address, length);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static partial int InCore(nint address, nuint length, byte* states);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
