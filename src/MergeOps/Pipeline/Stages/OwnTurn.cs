using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Lets processes of one user take turns by a file in this program's own folder.</summary>
internal static class OwnTurn
{
    /// <summary>Waits until nobody else holds the file, and holds it until the answer is disposed.</summary>
    /// <param name="home">The user's folder.</param>
    /// <param name="folder">A folder in it, made when absent.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="waiting">Called once where there is somebody to wait for.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static Task<FileLock> TakeAsync(MergeOpsHome home, string folder, string name, Action waiting, CancellationToken cancellation)
    {
        home.ClearForFolder(folder);
        DurableFolder.Create(folder);
        var file = Path.Combine(folder, name);
        OwnPlace.ClearForFile(file);
        return FileLock.TakeAsync(file, waiting, cancellation);
    }
}
