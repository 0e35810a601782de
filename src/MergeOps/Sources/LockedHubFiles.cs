using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Single files on the Hub as a lock pins them: fetched into the cache, and read from there.</summary>
/// <param name="environment">Names the cache.</param>
/// <param name="modelLock">The recipe's lock.</param>
internal sealed class LockedHubFiles(HostEnvironment environment, ModelLock modelLock)
{
    private const string DefaultBranch = "main";

    /// <summary>What the lock pins under an address.</summary>
    /// <exception cref="MergeOpsException">It does not have it.</exception>
    public LockedEntry EntryOf(ReferencedFile file) => modelLock.Find(file.Location.Value, file.Kind) is { Commit: not null, Files: [_] } entry
        ? entry
        : throw new MergeOpsException(
            Codes.LockDisagrees, $"{TerminalText.Quoted(file.Location.Value)} is in the recipe, but not in the lock. Run 'mergeops lock'.", file.Location.Span);

    /// <summary>Brings a file into the cache, unless its content is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="hub">Where it is fetched from.</param>
    /// <param name="downloaded">Hears of bytes as they arrive, from any thread.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Where it lies; its content is the locked one.</returns>
    /// <exception cref="MergeOpsException">It is not locked; the Hub, the network or the disk failed; or other bytes came.</exception>
    public async Task<string> FetchAsync(ReferencedFile file, HubConnection hub, Action<long>? downloaded, CancellationToken cancellation)
    {
        var entry = EntryOf(file);
        var wanted = HubFile.Of(file.Location);
        var snapshot = await hub.Download.RunAsync(wanted.Repository, wanted.Revision ?? DefaultBranch, entry.Commit!, entry.Files, downloaded, cancellation);
        return Path.Combine(snapshot, entry.Files[0].Path);
    }

    /// <summary>The content of a file that was fetched.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cap">The most bytes that it may have.</param>
    /// <exception cref="MergeOpsException">It is not locked, not in the cache, too large, or not what the lock pins.</exception>
    public byte[] Read(ReferencedFile file, int cap)
    {
        var entry = EntryOf(file);
        var pinned = entry.Files[0];
        if (pinned.Size > cap)
        {
            throw new MergeOpsException(
                Codes.FileUnreadable, $"{TerminalText.Quoted(file.Location.Value)} has {ByteText.Of(pinned.Size)}; at most {ByteText.Of(cap)} are read.", file.Location.Span);
        }

        var path = HubCache.Of(HubSettings.Of(environment)).Find(HubFile.Of(file.Location).Repository, entry.Commit!, pinned.Path)
            ?? throw new MergeOpsException(Codes.DownloadNotCached, $"The cache lacks {TerminalText.Quoted(file.Location.Value)} at {entry.Commit![..12]}. Run the same command once with the network.", file.Location.Span);
        var bytes = Content(path, cap);
        return BlobDigest.Of(pinned.Digest.Kind, bytes) == pinned.Digest
            ? bytes
            : throw new MergeOpsException(Codes.CacheDamaged, $"Its content is not {pinned.Digest}, which the lock pins. Remove it, and run once with the network.", SourceSpan.File(path));
    }

    private static byte[] Content(string path, int cap)
    {
        try
        {
            return PlainFile.Read(path, cap);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.FileUnreadable, refusal.Message, SourceSpan.File(path), refusal);
        }
    }
}
