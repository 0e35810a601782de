using System.Runtime.InteropServices;

namespace MergeOps.Tensors;

/// <summary>
/// What tells that a file is still the one that was seen before, without reading it: size, time of the last change and,
/// on Linux, inode and time of the last status change.
/// </summary>
internal readonly partial record struct FileIdentity(long Size, long ModifiedTicks, ulong Inode, long ChangedNanoseconds)
{
    /// <summary>The identity of an existing file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileIdentity Of(string path)
    {
        var file = new FileInfo(path);
        var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        var (inode, changed) = OperatingSystem.IsLinux() ? StatusOf(target.FullName) : default;
        return new(target.Length, target.LastWriteTimeUtc.Ticks, inode, changed);
    }

    /// <summary>One line for an index of known digests.</summary>
    public override string ToString() => $"{Size}-{ModifiedTicks}-{Inode}-{ChangedNanoseconds}";

    private static unsafe (ulong Inode, long Changed) StatusOf(string path)
    {
        // struct statx has one layout on every architecture: stx_ino at 32, stx_ctime at 96 (seconds, then nanoseconds)
        const int CurrentFolder = -100, InodeAndChange = 0x100 | 0x80;
        var buffer = stackalloc byte[256];
        return Status(CurrentFolder, path, 0, InodeAndChange, buffer) == 0
            ? (*(ulong*)(buffer + 32), (*(long*)(buffer + 96) * 1_000_000_000) + *(uint*)(buffer + 104))
            : default;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Status(int folder, string path, int flags, uint mask, byte* buffer);
}
