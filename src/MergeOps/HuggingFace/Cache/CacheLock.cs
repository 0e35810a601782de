namespace MergeOps.HuggingFace.Cache;

/// <summary>
/// A process's turn to download a content, by the same lock on the same file as the Hub's Python client. It saves
/// bandwidth and nothing else: some network disks grant it to everyone, so nothing may go wrong without it.
/// </summary>
internal sealed class CacheLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream file;

    private CacheLock(FileStream file) => this.file = file;

    /// <summary>Waits for the turn while another process gets on with it.</summary>
    /// <param name="path">The file to lock; its folder exists, and it stays afterwards.</param>
    /// <param name="progress">A number that grows while another process works.</param>
    /// <param name="patience">How long to wait for one that does not.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Null when the other one has stopped, or the disk knows no locks.</returns>
    public static async Task<CacheLock?> TakeAsync(string path, Func<long> progress, TimeSpan patience, CancellationToken cancellation)
    {
        var (seen, waited) = (progress(), TimeSpan.Zero);
        while (waited < patience)
        {
            switch (TryTake(path))
            {
                case (true, { } taken):
                    return new CacheLock(taken);
                case (true, null):
                    return null;
            }

            await Task.Delay(Pause, cancellation);
            var now = progress();
            (seen, waited) = now == seen ? (seen, waited + Pause) : (now, TimeSpan.Zero);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static (bool IsDecided, FileStream? Taken) TryTake(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            return (true, null);
        }

        try
        {
            return (true, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            // someone else's lock: then without
            return (true, null);
        }
        catch (IOException)
        {
            return (false, null);
        }
    }
}
