using System.Collections.Immutable;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What a cleaning of runs did.</summary>
/// <param name="Removed">The runs that are gone, in the order of their going.</param>
/// <param name="InUse">How many stay though they should go, because they are at work or were used a moment ago.</param>
/// <param name="BytesBefore">What all runs took.</param>
/// <param name="BytesAfter">What they take now.</param>
internal sealed record CleanedRuns(ImmutableArray<StoredFolder> Removed, int InUse, long BytesBefore, long BytesAfter);

/// <summary>Removes the models and reports of runs, those used longest ago first; each can be made again from its recipe.</summary>
/// <param name="environment">Whose runs, and what a moment ago is.</param>
internal sealed class CleanRuns(HostEnvironment environment)
{
    private const string GonePrefix = ".gone-";

    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    private string All => RunFolder.FolderOfAll(environment.Home);

    /// <summary>Cleans.</summary>
    /// <param name="maxBytes">What all runs may take; null for any amount.</param>
    /// <param name="maxAge">How long ago a run may have been used; null for any time.</param>
    /// <param name="cancellation">Stops between two runs.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public CleanedRuns Run(long? maxBytes, TimeSpan? maxAge, CancellationToken cancellation)
    {
        DropGone();
        var runs = StoredFolders.Runs(environment);
        var before = runs.Sum(run => run.Bytes);
        var (total, inUse) = (before, 0);
        var removed = ImmutableArray.CreateBuilder<StoredFolder>();
        foreach (var run in runs.Reverse())
        {
            cancellation.ThrowIfCancellationRequested();
            var age = environment.Now - run.LastUsed;
            if (!(age > maxAge) && !(total > maxBytes))
            {
                continue;
            }

            if (age < Recent || !TryRemove(run))
            {
                inUse++;
                continue;
            }

            total -= run.Bytes;
            removed.Add(run);
        }

        return new(removed.ToImmutable(), inUse, before, total);
    }

    // a run at work holds its lock; it vanishes at once or not at all, whatever happens to this process
    private bool TryRemove(StoredFolder run)
    {
        var gone = Path.Combine(All, $"{GonePrefix}{Guid.NewGuid():n}");
        OwnPlace.ClearForFile(Path.Combine(run.Folder, RunFolder.LockFile));
        using (var held = FileLock.TryTake(Path.Combine(run.Folder, RunFolder.LockFile)))
        {
            if (held is null)
            {
                return false;
            }

            if (!OperatingSystem.IsWindows())
            {
                WriteFailure.Guard(run.Folder, () => Directory.Move(run.Folder, gone));
            }
        }

        if (OperatingSystem.IsWindows())
        {
            WriteFailure.Guard(run.Folder, () => Directory.Move(run.Folder, gone));
        }

        DurableFolder.Remove(gone);
        return true;
    }

    private void DropGone()
    {
        if (Directory.Exists(All))
        {
            foreach (var gone in Directory.GetDirectories(All, GonePrefix + "*"))
            {
                DurableFolder.Remove(gone);
            }
        }
    }
}
