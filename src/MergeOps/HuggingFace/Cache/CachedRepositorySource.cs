using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>Looks at commits in the cache alone: what was downloaded once, by this program or by the Hub's own tools.</summary>
internal sealed class CachedRepositorySource(HubCache cache, KnownDigests digests) : IRepositorySource
{
    private const string DefaultBranch = "main";

    /// <inheritdoc/>
    public Task<RepositoryInfo> InfoAsync(RepositoryName name, string? revision, CancellationToken cancellation)
    {
        var asked = revision ?? DefaultBranch;
        var commit = BlobDigest.OfHex(asked) is { Kind: DigestKind.GitBlob } ? asked : cache.ReadRef(name, asked);
        return commit is not null && Directory.Exists(cache.SnapshotFolder(name, commit))
            ? Task.FromResult(new RepositoryInfo(name.Id, commit, IsPrivate: false, Gated: null, IsDisabled: false, [], null, null))
            : throw NotCached($"'{name}' at '{asked}'");
    }

    /// <inheritdoc/>
    public Task<CommitFiles> FilesAsync(RepositoryName name, string commit, CancellationToken cancellation)
    {
        var snapshot = cache.SnapshotFolder(name, commit);
        return Task.FromResult(new CommitFiles(
            this,
            name,
            commit,
            [
                .. Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories)
                    .Select(path => FileOf(snapshot, path, cancellation))
                    .OrderBy(file => file.Path, StringComparer.Ordinal),
            ]));
    }

    /// <inheritdoc/>
    public Task<CommitFile?> FindAsync(RepositoryName name, string commit, string path, CancellationToken cancellation)
    {
        var snapshot = cache.SnapshotFolder(name, commit);
        return Task.FromResult(cache.Find(name, commit, path) is null ? null : new CommitFile(name, commit, FileOf(snapshot, Path.Combine(snapshot, path), cancellation)));
    }

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(CommitFile file, long offset, int count, CancellationToken cancellation)
    {
        using var content = ModelFile.Open(PathOf(file));
        return Task.FromResult(content.Read(offset, (int)Math.Clamp(content.Length - offset, 0, count)));
    }

    /// <inheritdoc/>
    public Task<byte[]> ReadWholeAsync(CommitFile file, int cap, CancellationToken cancellation)
    {
        var path = PathOf(file);
        if (file.Size > cap)
        {
            throw new MergeOpsException(
                Codes.FileUnreadable, $"It has {ByteText.Of(file.Size)}; a file of its kind has at most {ByteText.Of(cap)}.", SourceSpan.File(path));
        }

        var bytes = PlainFile.Read(path, cap);
        return BlobDigest.Of(file.Digest.Kind, bytes) == file.Digest
            ? Task.FromResult(bytes)
            : throw new MergeOpsException(
                Codes.CacheDamaged, $"Its content is not {file.Digest}. Remove it, and run once with the network.", SourceSpan.File(path));
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<RepositoryRef>> ConversionsAsync(RepositoryName name, CancellationToken cancellation) =>
        Task.FromResult<ImmutableArray<RepositoryRef>>([]);

    private HashedFile FileOf(string snapshot, string path, CancellationToken cancellation)
    {
        var real = RealPath.Of(path) ?? path;
        var named = Path.GetFileName(Path.GetDirectoryName(real)) == "blobs" ? BlobDigest.OfHex(Path.GetFileName(real)) : null;
        return new HashedFile(
            Path.GetRelativePath(snapshot, path).Replace('\\', '/'),
            new FileInfo(real).Length,
            named ?? digests.Of(real, DigestKind.Sha256, cancellation));
    }

    private string PathOf(CommitFile file) =>
        cache.Find(file.Repository, file.Commit, file.Path) ?? throw NotCached($"'{file.Path}' of '{file.Repository}' at {file.Commit}");

    private static MergeOpsException NotCached(string what) => new(
        Codes.DownloadNotCached, $"The cache lacks {what}. Run the same command once with the network.");
}
