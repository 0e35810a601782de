using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A process's turn to run, evaluate, publish or rebuild a plan: all who do use the same folders.</summary>
internal sealed class RunTurn : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly FileStream file;

    private RunTurn(FileStream file) => this.file = file;

    /// <summary>Waits for the turn, however long others take.</summary>
    /// <param name="path">The file to lock; its folder exists, and it stays afterwards.</param>
    /// <param name="tell">Hears once that there is somebody to wait for.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public static async Task<RunTurn> TakeAsync(string path, Action<string> tell, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            if (TryTake(path) is { } taken)
            {
                // tells those who clean up when the run was last of use
                File.SetLastWriteTimeUtc(taken.SafeFileHandle, DateTime.UtcNow);
                return new RunTurn(taken);
            }

            if (isFirst)
            {
                tell("another process works on the same plan: waiting for it");
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Takes the turn when it is free at this moment; null when it is not.</summary>
    public static RunTurn? Find(string path) => TryTake(path) is { } taken ? new RunTurn(taken) : null;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static FileStream? TryTake(string path)
    {
        OwnPlace.ClearForFile(path);
        return WriteFailure.Guard(path, () => FileTurn.TryTake(path));
    }
}
