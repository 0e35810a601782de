using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>What a cleaning did.</summary>
/// <param name="Removed">The commits that are gone, in the order of their going.</param>
/// <param name="BytesBefore">What all models took.</param>
/// <param name="BytesAfter">What they take now.</param>
/// <param name="InUse">How many commits stay though they do not fit, because they were used a moment ago.</param>
internal sealed record CleanedCache(
    ImmutableArray<(RepositoryName Model, CachedSnapshot Snapshot)> Removed, long BytesBefore, long BytesAfter, int InUse);

/// <summary>
/// Makes a cache smaller: first what nothing leads to, then whole commits, those used longest ago first. What was used a
/// moment ago stays, since a run may be about to read it.
/// </summary>
/// <param name="cache">The cache.</param>
/// <param name="clock">Says what a moment ago is.</param>
internal sealed class CacheCleaner(HubCache cache, TimeProvider clock)
{
    private static readonly TimeSpan InUse = TimeSpan.FromHours(1);
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Cleans until the models take no more than so many bytes, or nothing is left that may go.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public CleanedCache Run(long maxBytes, CancellationToken cancellation)
    {
        DropTemporaries();
        var repositories = CacheScan.Of(cache);
        var before = repositories.Sum(repository => repository.Bytes);
        var removed = ImmutableArray.CreateBuilder<(RepositoryName, CachedSnapshot)>();
        var total = repositories.Sum(repository => repository.Bytes - DropLoose(repository));
        var oldest = repositories
            .SelectMany(repository => repository.Snapshots.Select(snapshot => (repository, snapshot)))
            .Where(entry => IsOlder(entry.snapshot.LastUsed, InUse))
            .OrderBy(entry => entry.snapshot.LastUsed);
        foreach (var (repository, snapshot) in oldest)
        {
            cancellation.ThrowIfCancellationRequested();
            if (total <= maxBytes)
            {
                break;
            }

            total -= Remove(repository, snapshot);
            removed.Add((repository.Name, snapshot));
        }

        var inUse = total <= maxBytes ? 0
            : repositories.Sum(repository => repository.Snapshots.Count(snapshot => !IsOlder(snapshot.LastUsed, InUse)));
        return new CleanedCache(removed.ToImmutable(), before, total, inUse);
    }

    private void DropTemporaries()
    {
        foreach (var file in CacheScan.Files(Path.Combine(cache.Folder, ".locks")).Where(file => file.Extension == ".tmp" && IsOlder(file.LastWriteTimeUtc, Abandoned)))
        {
            Delete(file);
        }
    }

    /// <summary>Deletes contents that no commit shows, and what downloads left behind.</summary>
    /// <returns>The bytes that are free now.</returns>
    private long DropLoose(CachedRepository repository)
    {
        var shown = repository.Snapshots.SelectMany(snapshot => snapshot.Blobs).ToHashSet(StringComparer.Ordinal);
        var freed = 0L;
        foreach (var blob in CacheScan.Files(Path.Combine(repository.Folder, "blobs")))
        {
            var isPartial = blob.Name.EndsWith(".incomplete", StringComparison.Ordinal);
            if (!shown.Contains(blob.Name) && IsOlder(blob.LastWriteTimeUtc, isPartial ? Abandoned : InUse))
            {
                freed += Delete(blob);
            }
        }

        return freed;
    }

    private static long Remove(CachedRepository repository, CachedSnapshot snapshot)
    {
        // a name that leads nowhere is worse than a commit without a name
        foreach (var name in snapshot.Refs)
        {
            Delete(new FileInfo(Path.Combine(repository.Folder, "refs", name)));
        }

        var freed = CacheScan.Files(snapshot.Folder).Where(file => file.LinkTarget is null).Sum(file => file.Length);
        WriteFailure.Guard(snapshot.Folder, () => Directory.Delete(snapshot.Folder, recursive: true));
        var now = CacheScan.Repository(repository.Name, new DirectoryInfo(repository.Folder));
        var stillShown = now.Snapshots.SelectMany(other => other.Blobs).ToHashSet(StringComparer.Ordinal);
        freed += snapshot.Blobs.Except(stillShown).Sum(blob => Delete(new FileInfo(Path.Combine(repository.Folder, "blobs", blob))));
        if (now.Snapshots.IsEmpty && !CacheScan.Files(repository.Folder).Any())
        {
            WriteFailure.Guard(repository.Folder, () => Directory.Delete(repository.Folder, recursive: true));
        }

        return freed;
    }

    private bool IsOlder(DateTime moment, TimeSpan age) => clock.GetUtcNow().UtcDateTime - moment > age;

    // a reader holds a shared lock on what it has open, and a download its own
    private static long Delete(FileInfo file)
    {
        if (!file.Exists)
        {
            return 0;
        }

        try
        {
            using var free = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException)
        {
            return 0;
        }

        var length = file.Length;
        WriteFailure.Guard(file.FullName, file.Delete);
        return length;
    }
}
