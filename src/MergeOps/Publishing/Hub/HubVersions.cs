using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.HuggingFace.Upload;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>Reads versions of a model from its repository on a Hub.</summary>
/// <param name="newSession">Opens a session; each answer may be asked for its files long after.</param>
/// <param name="destination">The repository and the branch that users get who name no version.</param>
/// <param name="digests">What is known of files.</param>
internal sealed class HubVersions(Func<HubSession> newSession, HubDestination destination, KnownDigests digests)
{
    private readonly RepositoryName repository = destination.Repository;

    /// <summary>The version at the branch's head, else the highest tag; null when nothing of ours is there.</summary>
    /// <param name="mustRenew">Whether the session needs a token of its own to read.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<PublishedModel?> CurrentAsync(bool mustRenew, CancellationToken cancellation)
    {
        using var session = await OpenAsync(mustRenew, cancellation);
        var state = await RepositoryState.ReadAsync(session.Client, destination, cancellation);
        if (state.Info is null && session.Client.Settings.Token is null)
        {
            // whoever has no token is not told that from a private repository, and a gate must not take one for the other
            await new HubRepositories(session.Client).InfoAsync(repository, null, cancellation);
        }

        return state.Tip is { } tip && await AtAsync(tip, mustRenew, cancellation) is { } current
            ? current
            : await HighestAsync(session.Client, state, mustRenew, cancellation);
    }

    /// <summary>The version of a tag; null when there is none.</summary>
    /// <param name="version">The version.</param>
    /// <param name="mustRenew">Whether the session needs a token of its own to read.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<PublishedModel?> FindAsync(PublicationVersion version, bool mustRenew, CancellationToken cancellation)
    {
        using var session = await OpenAsync(mustRenew, cancellation);
        var state = await RepositoryState.ReadAsync(session.Client, destination, cancellation);
        var commit = state.Versions.FirstOrDefault(tagged => tagged.Version.CompareTo(version) == 0).Commit;
        return commit is null ? null : await AtAsync(new(session.Client, repository, commit), mustRenew, cancellation);
    }

    /// <summary>What a pull request of the repository, or a tag, holds with a given list of files; null when none does.</summary>
    /// <param name="listDigest">SHA-256 of the list, lower-case hex.</param>
    /// <param name="mustRenew">Whether the session needs a token of its own to read.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<PublishedModel?> FindListedAsync(string listDigest, bool mustRenew, CancellationToken cancellation)
    {
        using var session = await OpenAsync(mustRenew, cancellation);
        var state = await RepositoryState.ReadAsync(session.Client, destination with { AsPullRequest = true }, cancellation);
        foreach (var commit in state.Refs.PullRequests.Reverse().Concat(state.Refs.Tags.Reverse()).Select(reference => new PublishedCommit(session.Client, repository, reference.Commit)))
        {
            if (await commit.ListDigestAsync(cancellation) == listDigest)
            {
                return await AtAsync(commit, mustRenew, cancellation);
            }
        }

        return null;
    }

    private async Task<PublishedModel?> HighestAsync(HubClient client, RepositoryState state, bool mustRenew, CancellationToken cancellation)
    {
        var commit = state.Versions.OrderBy(tagged => tagged.Version).LastOrDefault().Commit;
        return commit is null ? null : await AtAsync(new(client, repository, commit), mustRenew, cancellation);
    }

    private async Task<PublishedModel?> AtAsync(PublishedCommit commit, bool mustRenew, CancellationToken cancellation) =>
        await commit.ManifestAsync(cancellation) is { } manifest
        && PublicationVersion.Parse(manifest.Release) is { } version
        && await commit.ContentAsync(cancellation) is { } content
            ? new(version, manifest, content, token => DownloadAsync(commit, mustRenew, token))
            {
                WeightsAsync = async token => new HubWeights(await OpenAsync(mustRenew, token), repository, commit.Id, await commit.FilesAsync(token), token),
            }
            : null;

    private async Task<string> DownloadAsync(PublishedCommit commit, bool mustRenew, CancellationToken cancellation)
    {
        using var session = await OpenAsync(mustRenew, cancellation);
        var client = session.Client;
        return await new SnapshotDownload(client, HubCache.Of(client.Settings), digests)
            .RunAsync(repository, null, commit.Id, await commit.FilesAsync(cancellation), _ => { }, cancellation);
    }

    private async Task<HubSession> OpenAsync(bool mustRenew, CancellationToken cancellation)
    {
        var session = newSession();
        if (mustRenew)
        {
            await session.RenewAsync(cancellation);
        }

        return session;
    }
}
