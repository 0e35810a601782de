using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.HuggingFace.Upload;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>A repository as it is before something is published to it.</summary>
/// <param name="Info">What the Hub knows of it; null when it does not exist.</param>
/// <param name="Refs">Its branches, tags and pull requests.</param>
/// <param name="Head">The commit that a publication builds on; null when there is none.</param>
/// <param name="HasBranch">Whether the destination's branch exists.</param>
/// <param name="Files">The files at the head.</param>
internal sealed record RepositoryState(
    RepositoryInfo? Info, RepositoryRefs Refs, string? Head, bool HasBranch, ImmutableArray<HashedFile> Files)
{
    private const string TagPrefix = "v";
    private static readonly RepositoryRefs NoRefs = new([], [], [], []);

    /// <summary>The published versions with their commits.</summary>
    public IEnumerable<(PublicationVersion Version, string Commit)> Versions =>
        from tag in Refs.Tags
        let version = PublicationVersion.Parse(tag.Name.StartsWith(TagPrefix, StringComparison.Ordinal) ? tag.Name[TagPrefix.Length..] : tag.Name)
        where version is not null
        select (version, tag.Commit);

    /// <summary>The tag of a version: <c>v1.2.0</c>.</summary>
    public static string TagOf(PublicationVersion version) => TagPrefix + version.Text;

    /// <summary>Asks the Hub.</summary>
    /// <exception cref="MergeOpsException">The repository is closed, or the Hub cannot be asked.</exception>
    public static async Task<RepositoryState> ReadAsync(HubClient client, HubDestination destination, CancellationToken cancellation)
    {
        var hub = new HubRepositories(client);
        RepositoryInfo info;
        try
        {
            info = await hub.InfoAsync(destination.Repository, null, cancellation);
        }
        catch (MergeOpsException absent) when (absent.Diagnostic.Code == Codes.RepositoryAbsent)
        {
            return new(null, NoRefs, null, HasBranch: false, []);
        }

        var refs = await hub.RefsAsync(destination.Repository, destination.AsPullRequest, cancellation);
        var branch = refs.Branches.FirstOrDefault(branch => branch.Name == destination.Branch);
        var head = branch?.Commit ?? info.Commit;
        return new(info, refs, head, branch is not null, await hub.FilesAsync(destination.Repository, head, cancellation));
    }

    /// <summary>What is published at a commit; null when it is nothing of ours.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static async Task<PublishedContent?> ContentAsync(HubClient client, RepositoryName repository, string commit, CancellationToken cancellation)
    {
        string[] wanted = [MergeManifest.FileName, PublicationFiles.Recipe, PublicationFiles.Evaluation];
        var files = await new HubRepositories(client).PathsInfoAsync(repository, commit, wanted, cancellation);
        return await PublishedContent.ReadAsync(path => ReadAsync(client, repository, commit, files.FirstOrDefault(file => file.Path == path), cancellation));
    }

    /// <summary>The list of what is published at the head; null when it is nothing of ours.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public async Task<PublicationManifest?> ManifestAsync(HubClient client, RepositoryName repository, CancellationToken cancellation) =>
        Head is { } head ? await ManifestAsync(client, repository, head, Files, cancellation) : null;

    /// <summary>The list of what is published among the files of a commit; null when it is nothing of ours.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static async Task<PublicationManifest?> ManifestAsync(
        HubClient client, RepositoryName repository, string commit, ImmutableArray<HashedFile> files, CancellationToken cancellation) =>
        await ReadAsync(client, repository, commit, files.FirstOrDefault(file => file.Path == PublicationManifest.FileName), cancellation) is { } text
            ? PublicationManifest.Read(text, $"{repository}/{PublicationManifest.FileName}")
            : null;

    private static async Task<byte[]?> ReadAsync(
        HubClient client, RepositoryName repository, string commit, HashedFile? file, CancellationToken cancellation) =>
        file is null ? null : await new HubFiles(client).ReadWholeAsync(repository, commit, file, PublicationManifest.MaxLength, cancellation);
}
