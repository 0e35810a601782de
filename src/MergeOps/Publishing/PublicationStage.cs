using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>
/// The hidden folder in which a version grows, <c>.VERSION.ID.partial</c>, and beside it a file of the same name with
/// <c>.lock</c> that its process holds as long as it lives: a stage whose lock is free is nobody's any more.
/// </summary>
internal sealed class PublicationStage : IDisposable
{
    private const string Suffix = ".partial";
    private const string LockSuffix = ".lock";

    // a stage of a program that took no lock yet, or whose lock is gone
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromHours(24);

    private readonly FileLock held;

    private PublicationStage(string folder, FileLock held) => (Folder, this.held) = (folder, held);

    /// <summary>The folder; whoever begins the stage makes it.</summary>
    public string Folder { get; }

    /// <summary>Takes a name that nobody has.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static PublicationStage Begin(string root, string version)
    {
        while (true)
        {
            var folder = Path.Combine(root, $".{version}.{Guid.NewGuid():N}{Suffix}");
            // whoever sweeps right now may have taken the new lock for a free one
            if (FileLock.TryTake(folder + LockSuffix) is { } held)
            {
                return new PublicationStage(folder, held);
            }
        }
    }

    /// <summary>Removes the stages of processes that ended before they were done.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static void Sweep(string root, DateTime now) => WriteFailure.Guard(root, () =>
    {
        foreach (var file in new DirectoryInfo(root).EnumerateFiles($".*{Suffix}{LockSuffix}"))
        {
            using var held = FileLock.TryTake(file.FullName);
            var stage = file.FullName[..^LockSuffix.Length];
            if (held is not null && Directory.Exists(stage))
            {
                Directory.Delete(stage, recursive: true);
            }

            if (held is not null)
            {
                file.Delete();
            }
        }

        foreach (var stage in new DirectoryInfo(root).EnumerateDirectories($".*{Suffix}"))
        {
            if (!File.Exists(stage.FullName + LockSuffix) && now - stage.LastWriteTimeUtc > AbandonedAfter)
            {
                stage.Delete(recursive: true);
            }
        }
    });

    /// <summary>Gives the name free; a stage that did not become a version goes.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public void Dispose() => WriteFailure.Guard(Folder, () =>
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        File.Delete(Folder + LockSuffix);
        held.Dispose();
    });
}
