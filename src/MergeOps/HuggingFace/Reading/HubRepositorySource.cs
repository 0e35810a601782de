using System.Collections.Immutable;

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
    public async Task<CommitFiles> FilesAsync(RepositoryName name, string commit, CancellationToken cancellation) =>
        new(this, name, commit, await repositories.FilesAsync(name, commit, cancellation));

    /// <inheritdoc/>
    public async Task<CommitFile?> FindAsync(RepositoryName name, string commit, string path, CancellationToken cancellation) =>
        (await repositories.PathsInfoAsync(name, commit, [path], cancellation)).Find(path) is { } file ? new(name, commit, file) : null;

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(CommitFile file, long offset, int count, CancellationToken cancellation) =>
        files.ReadAsync(file, offset, count, cancellation);

    /// <inheritdoc/>
    public Task<byte[]> ReadWholeAsync(CommitFile file, int cap, CancellationToken cancellation) =>
        files.ReadWholeAsync(file, cap, cancellation);

    /// <inheritdoc/>
    public async Task<ImmutableArray<RepositoryRef>> ConversionsAsync(RepositoryName name, CancellationToken cancellation)
    {
        var refs = await repositories.RefsAsync(name, withPullRequests: true, cancellation);
        return [.. refs.Converts, .. refs.PullRequests.Reverse()];
    }
}
