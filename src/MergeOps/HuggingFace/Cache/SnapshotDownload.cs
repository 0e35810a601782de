using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>Brings files of a commit into the cache, several at once, and leaves alone what is there and right.</summary>
/// <param name="client">The Hub.</param>
/// <param name="cache">The cache.</param>
/// <param name="digests">Remembers which large files were read and found right.</param>
internal sealed class SnapshotDownload(HubClient client, HubCache cache, KnownDigests digests)
{
    private const int AtOnce = 8;
    private const int MostNamed = 3;

    private readonly CachedContent content = new(digests);

    private DateTime Now => client.Clock.GetUtcNow().UtcDateTime;

    /// <summary>Makes files of a commit available.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="revisionName">The branch or tag that was asked for, to be noted in the cache; null for none.</param>
    /// <param name="commit">The commit: 40 hexadecimal digits.</param>
    /// <param name="files">The files by their content.</param>
    /// <param name="downloaded">
    /// Hears changes of the number of bytes that are there, from any thread; they add up to the files' sizes, and are
    /// negative where bytes turned out to be wrong.
    /// </param>
    /// <param name="cancellation">Stops; what arrived is gone on with the next time.</param>
    /// <returns>The snapshot's folder, in which each of the files has exactly its content.</returns>
    /// <exception cref="MergeOpsException">The Hub, the network or the disk failed, other bytes came, or the network is switched off and something is missing.</exception>
    public async Task<string> RunAsync(
        RepositoryName name,
        string? revisionName,
        string commit,
        FileListing files,
        Action<long>? downloaded,
        CancellationToken cancellation)
    {
        CommitFile[] wanted = [.. files.Select(file => new CommitFile(name, commit, file))];
        foreach (var file in wanted)
        {
            // a path that would leave the repository is refused before anything is looked at
            _ = file.Address;
        }

        var snapshot = cache.SnapshotFolder(name, commit);
        var tell = downloaded ?? (_ => { });
        CommitFile[] missing = [.. wanted.Where(file => !IsThere(file))];
        if (missing.Length > 0)
        {
            if (client.Settings.IsOffline)
            {
                throw NotCached(name, commit, missing);
            }

            cache.Prepare(name, commit, Now);
            DemandSpace(name, missing);
            var download = new BlobDownload(client, cache, content, tell);
            await Parallel.ForEachAsync(
                missing.GroupBy(file => file.Digest),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (same, token) =>
                {
                    await download.RunAsync(same.First(), token);
                    foreach (var file in same)
                    {
                        cache.Place(name, commit, file.Path, file.Digest);
                    }

                    tell(same.Skip(1).Sum(file => file.Size));
                });
        }

        if (revisionName is not null)
        {
            NoteRevision(name, revisionName, commit);
        }

        cache.NoteUse(name, commit, Now);
        return snapshot;

        bool IsThere(CommitFile file)
        {
            var isThere = content.Is(Path.Combine(snapshot, file.Path), file.Content, cancellation);
            tell(isThere ? file.Size : 0);
            return isThere;
        }
    }

    private void NoteRevision(RepositoryName name, string revision, string commit)
    {
        try
        {
            cache.WriteRef(name, revision, commit);
        }
        catch (MergeOpsException refusal)
        {
            // all files are there: a cache that is read-only will do
            client.Tell($"The cache could not record that '{revision}' of '{name}' is {commit}: {refusal.Diagnostic.Detail}");
        }
    }

    private void DemandSpace(RepositoryName name, IEnumerable<CommitFile> missing)
    {
        var blobs = cache.BlobFolder(name);
        var needed = missing.DistinctBy(file => file.Digest).Sum(file => file.Size - BegunOf(file));
        var free = new DriveInfo(blobs).AvailableFreeSpace;
        if (needed > free)
        {
            throw new MergeOpsException(
                Codes.WriteFailed,
                $"'{name}' still needs {ByteText.Of(needed)}, and the disk has {ByteText.Of(free)} free. Free some space, or point HF_HOME to another disk.",
                SourceSpan.File(blobs));
        }

        long BegunOf(CommitFile file) => PartialBlob.Of(blobs, file.Digest).Select(left => left.Length).DefaultIfEmpty().Max();
    }

    private static MergeOpsException NotCached(RepositoryName name, string commit, CommitFile[] missing)
    {
        var named = string.Join(", ", missing.Take(MostNamed).Select(file => TerminalText.Quoted(file.Path)));
        var more = missing.Length > MostNamed ? $" and {missing.Length - MostNamed} more" : "";
        return new MergeOpsException(
            Codes.DownloadNotCached,
            $"HF_HUB_OFFLINE is set, and the cache lacks {named}{more} of '{name}' at {commit}. Run once with the network.");
    }
}
