using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>Whether a version on a Hub is what was published, as far as the Hub's list tells: every file is there, by its size and, of large files, its SHA-256.</summary>
internal sealed class ListedVersion(HubClient client, RepositoryName repository)
{
    /// <summary>Refuses a version that lacks something.</summary>
    /// <exception cref="MergeOpsException">It is not whole, or the Hub cannot be asked.</exception>
    public async Task RequireWholeAsync(PublicationVersion version, string commit, CancellationToken cancellation) =>
        await RequireWholeAsync(version, commit, await new HubRepositories(client).FilesAsync(repository, commit, cancellation), cancellation);

    /// <summary>Refuses a version that lacks something.</summary>
    /// <param name="version">The version.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="listed">The files there.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is not whole, or the Hub cannot be asked.</exception>
    public async Task RequireWholeAsync(
        PublicationVersion version, string commit, ImmutableArray<HashedFile> listed, CancellationToken cancellation)
    {
        var list = await RepositoryState.ManifestAsync(client, repository, commit, listed, cancellation)
            ?? throw NotWhole(version, commit, $"{PublicationManifest.FileName} is not there");
        foreach (var (name, file) in list.Files)
        {
            if (listed.FirstOrDefault(known => known.Path == name) is not { } known)
            {
                throw NotWhole(version, commit, $"{TerminalText.Quoted(name)} is not there");
            }

            if (known.Size != file.Size || (known.Digest is { Kind: DigestKind.Sha256, Hex: var sha256 } && sha256 != file.Sha256))
            {
                throw NotWhole(version, commit, $"{TerminalText.Quoted(name)} is not the file that was published");
            }
        }
    }

    private MergeOpsException NotWhole(PublicationVersion version, string commit, string why) => new(
        Codes.ContentMissing,
        $"Version {version.Text} of '{repository}' ({RepositoryState.TagOf(version)}, {commit[..12]}): {why}. Somebody moved the tag or published with another tool. Give the recipe another version, or roll back to an intact one.");
}
