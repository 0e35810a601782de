using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>The hidden folder of a merge while this process holds its lock.</summary>
internal sealed class PartialOutput : IDisposable
{
    /// <summary>The name of the folder in which the model grows.</summary>
    public const string ModelFolder = "model";

    private const string LockFile = "lock";
    private const string Owner = "owner";
    private const string Replaced = "replaced";
    private const int LongestOwner = 1024;

    private readonly string folder;
    private readonly FileLock lockFile;

    private PartialOutput(string folder, FileLock lockFile) => (this.folder, this.lockFile) = (folder, lockFile);

    /// <summary>Where the model grows.</summary>
    public string Model => Path.Combine(folder, ModelFolder);

    /// <summary>The journal's file.</summary>
    public string Journal => Path.Combine(folder, "journal");

    /// <summary>Creates the folder if needed and takes its lock.</summary>
    /// <exception cref="MergeOpsException">Another process holds it, or the folder cannot be written.</exception>
    public static PartialOutput Open(string folder)
    {
        OwnPlace.ClearForFolder(folder);
        OwnPlace.ClearForFolder(Path.Combine(folder, ModelFolder));
        DurableFolder.Create(Path.Combine(folder, ModelFolder));
        var partial = new PartialOutput(folder, TakeLock(folder) ?? throw Busy(folder));
        OwnPlace.ClearForFile(Path.Combine(folder, Owner));
        OwnPlace.ClearForFile(partial.Journal);
        File.WriteAllText(Path.Combine(folder, Owner), $"process {Environment.ProcessId} on {Environment.MachineName}");
        return partial;
    }

    /// <summary>Removes the folder unless another process works in it.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool TryRemove(string folder)
    {
        using var lockFile = TakeLock(folder);
        if (lockFile is null)
        {
            return false;
        }

        Directory.Delete(folder, recursive: true);
        return true;
    }

    /// <summary>Removes everything from the model but these files, such as temporary files of a run that was killed.</summary>
    /// <param name="files">Their paths, with forward slashes; those of modules lie in folders of their own.</param>
    public void KeepOnly(IEnumerable<string> files) =>
        WriteFailure.Guard(Model, () => KeepOnly(new DirectoryInfo(Model), files.Select(file => Path.GetFullPath(Path.Combine(Model, file))).ToHashSet(StringComparer.Ordinal)));

    private static void KeepOnly(DirectoryInfo folder, HashSet<string> kept)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !kept.Contains(entry.FullName)).ToList())
        {
            if (entry is DirectoryInfo inner && entry.LinkTarget is null && kept.Any(file => file.StartsWith(entry.FullName + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            {
                KeepOnly(inner, kept);
            }
            else if (entry is DirectoryInfo foreign && entry.LinkTarget is null)
            {
                foreign.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    /// <summary>
    /// Moves the model to its final name; everything in it must be flushed already. What it replaces changes places with
    /// it in one step; where the file system cannot do that, it moves into this folder first, and
    /// <see cref="Recover"/> brings it back should this process end in between.
    /// </summary>
    public void Publish(string target)
    {
        if (Directory.Exists(target) && DurableFolder.TryExchange(Model, target))
        {
            Remove();
            return;
        }

        if (Directory.Exists(target))
        {
            MoveAside(target);
        }

        DurableFolder.Rename(Model, target);
        Remove();
    }

    /// <summary>Brings back what a run moved aside that ended before it put the new model in its place.</summary>
    /// <param name="folder">The folder of that run.</param>
    /// <param name="target">The name under which nothing stands now.</param>
    public static void Recover(string folder, string target)
    {
        var replaced = Path.Combine(folder, Replaced);
        if (!Directory.Exists(replaced))
        {
            return;
        }

        using var held = TakeLock(folder);
        if (held is not null && !Path.Exists(target))
        {
            DurableFolder.Rename(replaced, target);
        }
    }

    /// <summary>Removes the folder while its lock is still held, so that nobody takes a lock that no longer counts.</summary>
    public void Remove()
    {
        // most often only files are left, and the framework's deletion of a tree would be compiled for them first
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != LockFile))
        {
            File.Delete(file);
        }

        File.Delete(Path.Combine(folder, LockFile));
        Directory.Delete(folder, recursive: Directory.EnumerateDirectories(folder).Any());
    }

    /// <inheritdoc/>
    public void Dispose() => lockFile.Dispose();

    private void MoveAside(string target)
    {
        var replaced = Path.Combine(folder, Replaced);
        if (Directory.Exists(replaced))
        {
            Directory.Delete(replaced, recursive: true);
        }

        DurableFolder.Rename(target, replaced);
    }

    private static FileLock? TakeLock(string folder)
    {
        OwnPlace.ClearForFile(Path.Combine(folder, LockFile));
        return FileLock.TryTake(Path.Combine(folder, LockFile));
    }

    private static MergeOpsException Busy(string folder)
    {
        var owner = Path.Combine(folder, Owner);
        var who = PlainFile.Recall(owner, LongestOwner) is { Length: > 0 } named ? TerminalText.Escape(named) : "another process";
        return new(Codes.OutputBusy, $"{who} is working in {folder}. Wait for it, or merge into another folder.", SourceSpan.File(folder));
    }
}
