using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Tensors;

/// <summary>
/// What tells that a file is still the one that was seen before, without reading it: size, time of the last change and,
/// on Linux, device, inode and time of the last status change.
/// </summary>
/// <param name="Device">The disk; 0 where <see cref="WeakFileSystem"/> says that the number means nothing.</param>
/// <param name="Inode">The file on its disk.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedTicks">When the bytes changed last, as anybody may set it.</param>
/// <param name="ChangedNanoseconds">When bytes, names or times changed last, since 1970.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, long Size, long ModifiedTicks, long ChangedNanoseconds)
{
    private const int NanosecondsPerTick = 100;

    /// <summary>The later one of both times.</summary>
    public DateTime LastChange => new(Math.Max(ModifiedTicks, DateTime.UnixEpoch.Ticks + (ChangedNanoseconds / NanosecondsPerTick)), DateTimeKind.Utc);

    /// <summary>The identity of an existing file; links are followed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileIdentity Of(string path)
    {
        const int currentFolder = -100;
        if (OperatingSystem.IsLinux() && StatusOf(currentFolder, path, 0) is { } status)
        {
            return WeakFileSystem.NameOf(path) is null ? status : status with { Device = 0 };
        }

        var file = new FileInfo(path);
        var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return new(0, 0, target.Length, target.LastWriteTimeUtc.Ticks, 0);
    }

    /// <summary>The identity of an open file, whatever its name leads to by now.</summary>
    public static FileIdentity Of(SafeFileHandle file)
    {
        const int emptyPath = 0x1000;
        return OperatingSystem.IsLinux() && StatusOf((int)file.DangerousGetHandle(), "", emptyPath) is { } status
            ? WeakFileSystem.NameOf(file) is null ? status : status with { Device = 0 }
            : new(0, 0, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks, 0);
    }

    /// <summary>One line that outlives the process; devices get other numbers when the machine starts again.</summary>
    public override string ToString() => $"{Size}-{ModifiedTicks}-{Inode}-{ChangedNanoseconds}";

    private static unsafe FileIdentity? StatusOf(int folder, string path, int flags)
    {
        // struct statx has one layout on every architecture
        const uint wanted = 0x40 | 0x80 | 0x100 | 0x200;
        const int inode = 32, size = 40, changed = 96, modified = 112, device = 136;
        var buffer = stackalloc byte[256];
        return Status(folder, path, flags, wanted, buffer) == 0
            ? new(
                *(ulong*)(buffer + device),
                *(ulong*)(buffer + inode),
                *(long*)(buffer + size),
                DateTime.UnixEpoch.Ticks + (Nanoseconds(buffer + modified) / NanosecondsPerTick),
                Nanoseconds(buffer + changed))
            : null;
    }

    private static unsafe long Nanoseconds(byte* time) => (*(long*)time * 1_000_000_000) + *(uint*)(time + 8);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Status(int folder, string path, int flags, uint mask, byte* buffer);
}
