using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Names that outlast a crash: folders are flushed, renames happen in one step or not at all.</summary>
internal static class DurableFolder
{
    /// <summary>Makes a folder and those above it.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static void Create(string path) => WriteFailure.Guard(path, () => Directory.CreateDirectory(path));

    /// <summary>Removes a folder with all that is in it; of a link only the link, and nothing where there is none.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static void Remove(string path) => WriteFailure.Guard(path, () =>
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    });

    /// <summary>Brings the names in a folder to the disk. Windows keeps them in its journal by itself.</summary>
    /// <exception cref="MergeOpsException">The system could not.</exception>
    public static void Flush(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            WriteFailure.Guard(path, () => Posix.FlushFolder(path));
        }
    }

    /// <summary>Lets two files or folders on one disk change names in one step, and flushes the folders of both.</summary>
    /// <returns>False when the file system cannot, and then nothing happened.</returns>
    /// <exception cref="MergeOpsException">Something is in the way.</exception>
    public static bool TryExchange(string one, string other)
    {
        if (OperatingSystem.IsWindows() || !WriteFailure.Guard(other, () => Posix.TryExchange(one, other)))
        {
            return false;
        }

        Flush(Path.GetDirectoryName(Path.GetFullPath(one))!);
        Flush(Path.GetDirectoryName(Path.GetFullPath(other))!);
        return true;
    }

    /// <summary>
    /// Renames a file or folder and flushes the folders of both names. A file of the new name is replaced, and so is
    /// an empty folder by a folder, except on Windows.
    /// </summary>
    /// <exception cref="MergeOpsException">The system could not; nothing is ever copied instead.</exception>
    public static void Rename(string from, string to)
    {
        (from, to) = (Path.GetFullPath(from), Path.GetFullPath(to));
        WriteFailure.Guard(to, () =>
        {
            if (OperatingSystem.IsWindows())
            {
                WindowsFiles.Rename(from, to);
            }
            else
            {
                Posix.Rename(from, to);
            }
        });

        var (oldFolder, newFolder) = (Path.GetDirectoryName(from)!, Path.GetDirectoryName(to)!);
        Flush(newFolder);
        if (oldFolder != newFolder)
        {
            Flush(oldFolder);
        }
    }
}
