using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>Publishes derived files to a folder of their own: <c>ROOT/VERSION/</c> for each version, and <c>ROOT/latest</c>.</summary>
/// <param name="root">The folder; made when absent.</param>
/// <param name="digests">What is known of files.</param>
/// <param name="clock">Says how old an abandoned version is.</param>
internal sealed class DerivedFolder(string root, KnownDigests digests, TimeProvider clock) : IDerivedPublisher
{
    private readonly PublishedVersions versions = new(Path.GetFullPath(root), clock);

    /// <inheritdoc/>
    public Task<bool> HasAsync(DerivedOrigin origin, CancellationToken cancellation) => Task.FromResult(Has(origin, cancellation));

    /// <inheritdoc/>
    public Task<string> PublishAsync(DerivedVersion version, CancellationToken cancellation)
    {
        var folder = versions.FolderOf(version.Origin.Version);
        if (!Has(version.Origin, cancellation))
        {
            DurableFolder.Create(versions.Root);
            using var stage = versions.NewStage(version.Origin.Version.Text);
            Write(stage.Folder, version, cancellation);
            try
            {
                DurableFolder.Rename(stage.Folder, folder);
            }
            catch (MergeOpsException) when (Has(version.Origin, cancellation))
            {
                // another process was first
            }
        }

        versions.PointToHighest();
        return Task.FromResult(folder);
    }

    private bool Has(DerivedOrigin origin, CancellationToken cancellation)
    {
        versions.RequireModel(origin.NameOfFiles);
        var folder = versions.FolderOf(origin.Version);
        if (!Directory.Exists(folder))
        {
            return false;
        }

        _ = PublishedFiles.RequireWhole(folder, digests, cancellation);
        return origin.IsOf(PublicationManifest.Find(folder)!) ? true : throw origin.Conflict(folder);
    }

    private static void Write(string staged, DerivedVersion version, CancellationToken cancellation)
    {
        DurableFolder.Create(staged);
        foreach (var file in version.Files)
        {
            var place = Path.Combine(staged, file.Path);
            DurableFolder.Create(Path.GetDirectoryName(place)!);
            DurableFile.Copy(file.Source!, place);
            if (FileDigests.Sha256(place, cancellation) != file.Sha256)
            {
                throw new MergeOpsException(Codes.ContentChanged, $"{TerminalText.Quoted(file.Path)} is not the file that was derived.");
            }
        }

        foreach (var (name, bytes) in version.Closing())
        {
            DurableFile.WriteAllBytesAtomically(Path.Combine(staged, name), bytes);
        }

        foreach (var subfolder in Directory.EnumerateDirectories(staged, "*", SearchOption.AllDirectories))
        {
            DurableFolder.Flush(subfolder);
        }
    }
}
