using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>A folder of the user's cache that is there whole or not at all, and that one process at a time makes.</summary>
internal static class InstalledFolder
{
    /// <summary>Makes the folder; what lay there before goes when the new one is whole.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="code">What it is that another process makes already.</param>
    /// <param name="make">Gets a folder to work in, and returns the one in it that becomes <paramref name="folder"/>.</param>
    /// <exception cref="MergeOpsException">Another process makes it, or the disk refuses it.</exception>
    public static async Task MakeAsync(string folder, DiagnosticCode code, Func<string, Task<string>> make)
    {
        DurableFolder.Create(Path.GetDirectoryName(folder)!);
        using var held = FileLock.TryTake(folder + ".lock")
            ?? throw new MergeOpsException(code, "Another process is installing it. Wait for it, and run again.");
        var work = folder + ".partial";
        Remove(work);
        try
        {
            DurableFolder.Create(work);
            var made = await make(work);
            DurableFolder.Flush(made);
            Remove(folder);
            DurableFolder.Rename(made, folder);
        }
        finally
        {
            Remove(work);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            WriteFailure.Guard(folder, () => Directory.Delete(folder, recursive: true));
        }
    }
}
