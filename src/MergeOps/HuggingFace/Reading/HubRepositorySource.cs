using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>Looks at commits on the Hub itself.</summary>
internal sealed class HubRepositorySource(HubClient client) : IRepositorySource
{
    private readonly HubRepositories repositories = new(client);
    private readonly HubFiles files = new(client);

    /// <inheritdoc/>
    public Task<RepositoryInfo> InfoAsync(RepositoryName name, string? revision, CancellationToken cancellation) =>
        repositories.InfoAsync(name, revision, cancellation);

    /// <inheritdoc/>
    public Task<FileListing> FilesAsync(RepositoryName name, string commit, CancellationToken cancellation) =>
        repositories.FilesAsync(name, commit, cancellation);

    /// <inheritdoc/>
    public async Task<HashedFile?> FindAsync(RepositoryName name, string commit, string path, CancellationToken cancellation) =>
        (await repositories.PathsInfoAsync(name, commit, [path], cancellation)).Find(path);

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(
        RepositoryName name, string commit, HashedFile file, long offset, int count, CancellationToken cancellation) =>
        files.ReadAsync(name, commit, file, offset, count, cancellation);

    /// <inheritdoc/>
    public Task<byte[]> ReadWholeAsync(RepositoryName name, string commit, HashedFile file, int cap, CancellationToken cancellation) =>
        files.ReadWholeAsync(name, commit, file, cap, cancellation);

    /// <inheritdoc/>
    public async Task<ImmutableArray<RepositoryRef>> ConversionsAsync(RepositoryName name, CancellationToken cancellation)
    {
        var refs = await repositories.RefsAsync(name, withPullRequests: true, cancellation);
        return [.. refs.Converts, .. refs.PullRequests.Reverse()];
    }
}
