namespace MergeOps.Tensors;

/// <summary>
/// A lock that processes hold on a file: the same one on the same file as that of Python's <c>filelock</c>. It ends with
/// the process, however that ends; some network disks grant it to everyone.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock when it is free at this moment; null when another process holds it.</summary>
    /// <param name="path">The file to lock; its folder exists, and it stays afterwards.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static FileLock? TryTake(string path)
    {
        // on Windows this share keeps others out as well and lets us delete the file; elsewhere only None is exclusive
        var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share));
        }
        catch (IOException taken) when (IsTaken(taken))
        {
            return null;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure.Of(path, refusal);
        }
    }

    /// <summary>Waits for the lock, however long others hold it.</summary>
    /// <param name="path">The file to lock; its folder exists, and it stays afterwards.</param>
    /// <param name="waiting">Called once when there is somebody to wait for.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static async Task<FileLock> TakeAsync(string path, Action waiting, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (isFirst)
            {
                waiting();
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Waits for the lock while its holder gets on with its work.</summary>
    /// <param name="path">The file to lock; its folder exists, and it stays afterwards.</param>
    /// <param name="progress">A number that grows while the holder works.</param>
    /// <param name="idleTimeout">How long to wait for one that does not.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Null when the holder has stopped working.</returns>
    /// <exception cref="Diagnostics.MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static async Task<FileLock?> TakeAsync(string path, Func<long> progress, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        var (seen, waited) = (progress(), TimeSpan.Zero);
        while (waited < idleTimeout)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(Pause, cancellation);
            var now = progress();
            (seen, waited) = now == seen ? (seen, waited + Pause) : (now, TimeSpan.Zero);
        }

        return null;
    }

    /// <summary>Lets the file's time say when the lock was taken, for those who clean up.</summary>
    public void Touch(DateTime now) => File.SetLastWriteTimeUtc(file.SafeFileHandle, now);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    // Windows: ERROR_SHARING_VIOLATION; elsewhere .NET takes an flock and reports EAGAIN, 11 on Linux and 35 on macOS
    private static bool IsTaken(IOException failure) => failure.HResult is unchecked((int)0x80070020) or 11 or 35;
}
