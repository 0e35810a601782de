using MergeOps.Diagnostics;
using MergeOps.Hub.Client;
using MergeOps.Publishing;
using MergeOps.Publishing.Upload;

namespace MergeOps.Pipeline;

/// <summary>The highest published version of a model.</summary>
/// <param name="Version">The version.</param>
/// <param name="Name">How `verify` names it: a folder, or <c>OWNER/NAME@vVERSION</c>.</param>
/// <param name="Content">What was published.</param>
internal sealed record PublishedNow(PublicationVersion Version, string Name, PublishedContent Content)
{
    /// <summary>Looks where a recipe publishes to; null when nothing of ours is there.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static Task<PublishedNow?> FindAsync(PublishTarget target, Action<string> tell, CancellationToken cancellation) =>
        target.Hub is { } destination ? OnHubAsync(destination, tell, cancellation) : Task.FromResult(InFolder(new PublishedVersions(target.Folder!)));

    private static PublishedNow? InFolder(PublishedVersions versions) =>
        versions.Highest is { } highest && PublishedContent.In(versions.FolderOf(highest)) is { } content
            ? new(highest, versions.FolderOf(highest), content)
            : null;

    private static async Task<PublishedNow?> OnHubAsync(HubDestination destination, Action<string> tell, CancellationToken cancellation)
    {
        using var client = new HubClient(HubSettings.FromEnvironment(), tell);
        var state = await RepositoryState.ReadAsync(client, destination, cancellation);
        var (version, commit) = state.Versions.OrderBy(published => published.Version).LastOrDefault();
        return version is not null && await RepositoryState.ContentAsync(client, destination.Repository, commit, cancellation) is { } content
            ? new(version, $"{destination.Repository}@{RepositoryState.TagOf(version)}", content)
            : null;
    }
}
