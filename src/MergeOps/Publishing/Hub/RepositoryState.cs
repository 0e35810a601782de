using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.HuggingFace.Upload;

namespace MergeOps.Publishing.Hub;

/// <summary>A repository as it is before something is published to it.</summary>
/// <param name="Info">What the Hub knows of it; null when it does not exist.</param>
/// <param name="Refs">Its branches, tags and pull requests.</param>
/// <param name="Tip">The commit that a publication builds on; null when there is none.</param>
/// <param name="HasBranch">Whether the destination's branch exists.</param>
internal sealed record RepositoryState(RepositoryInfo? Info, RepositoryRefs Refs, PublishedCommit? Tip, bool HasBranch)
{
    private const string TagPrefix = "v";
    private static readonly RepositoryRefs NoRefs = new([], [], [], []);

    /// <summary>The digits of the commit that a publication builds on; null when there is none.</summary>
    public string? Head => Tip?.Id;

    /// <summary>The published versions with their commits.</summary>
    public IEnumerable<(PublicationVersion Version, string Commit)> Versions =>
        from tag in Refs.Tags
        let version = VersionOf(tag.Name)
        where version is not null
        select (version, tag.Commit);

    /// <summary>The version that a tag stands for; null for other tags.</summary>
    public static PublicationVersion? VersionOf(string tag) => PublicationVersion.Parse(tag.StartsWith(TagPrefix, StringComparison.Ordinal) ? tag[TagPrefix.Length..] : tag);

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
            return new(null, NoRefs, null, HasBranch: false);
        }

        var refs = await hub.RefsAsync(destination.Repository, destination.AsPullRequest, cancellation);
        var branch = refs.Branches.FirstOrDefault(branch => branch.Name == destination.Branch);
        return new(info, refs, new(client, destination.Repository, branch?.Commit ?? info.Commit), branch is not null);
    }
}
