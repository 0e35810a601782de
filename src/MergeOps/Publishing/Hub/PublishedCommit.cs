using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Merging.Writing;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>A commit of a repository on the Hub, which may hold a published version.</summary>
/// <param name="client">Asks the Hub.</param>
/// <param name="repository">The repository.</param>
/// <param name="commit">The commit.</param>
internal sealed class PublishedCommit(HubClient client, RepositoryName repository, string commit)
{
    private FileListing? files;

    /// <summary>The commit: 40 hexadecimal digits.</summary>
    public string Id => commit;

    /// <summary>Its files, for which the Hub is asked once.</summary>
    /// <exception cref="MergeOpsException">The Hub cannot be asked.</exception>
    public async Task<FileListing> FilesAsync(CancellationToken cancellation) =>
        files ??= await new HubRepositories(client).FilesAsync(repository, commit, cancellation);

    /// <summary>The bytes of a small file of it, their digest compared.</summary>
    /// <exception cref="MergeOpsException">It is larger than the cap, cannot be read, or is not what its digest says.</exception>
    public Task<byte[]> ReadWholeAsync(HashedFile file, int cap, CancellationToken cancellation) =>
        new HubFiles(client).ReadWholeAsync(new(repository, commit, file), cap, cancellation);

    /// <summary>The list of what is published; null when it is nothing of ours.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public async Task<PublicationManifest?> ManifestAsync(CancellationToken cancellation) =>
        await ReadAsync(await FilesAsync(cancellation), PublicationManifest.FileName, cancellation) is { } text
            ? PublicationManifest.Read(text, $"{repository}/{PublicationManifest.FileName}")
            : null;

    /// <summary>SHA-256 of that list, lower-case hex; null when there is none.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public async Task<string?> ListDigestAsync(CancellationToken cancellation) =>
        await ReadAsync(await FilesAsync(cancellation), PublicationManifest.FileName, cancellation) is { } text ? Convert.ToHexStringLower(SHA256.HashData(text)) : null;

    /// <summary>The signature; null when nobody signed it.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public async Task<byte[]?> SignatureAsync(CancellationToken cancellation) =>
        await ReadAsync(await FilesAsync(cancellation), ModelSignature.FileName, cancellation);

    /// <summary>What is published; null when it is nothing of ours.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public async Task<PublishedContent?> ContentAsync(CancellationToken cancellation)
    {
        string[] wanted = [MergeManifest.FileName, PublicationFiles.Recipe, PublicationFiles.Evaluation];
        var known = await new HubRepositories(client).PathsInfoAsync(repository, commit, wanted, cancellation);
        return await PublishedContent.ReadAsync(path => ReadAsync(known, path, cancellation));
    }

    /// <summary>Refuses a version that is not what was published, as far as the Hub's list tells: every file is there, by its size and, of large files, its SHA-256.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is not whole, or the Hub cannot be asked.</exception>
    public async Task RequireWholeAsync(PublicationVersion version, CancellationToken cancellation)
    {
        var list = await ManifestAsync(cancellation) ?? throw NotWhole(version, $"{PublicationManifest.FileName} is not there");
        var listed = await FilesAsync(cancellation);
        foreach (var (name, file) in list.Files)
        {
            if (listed.Find(name) is not { } known)
            {
                throw NotWhole(version, $"{TerminalText.Quoted(name)} is not there");
            }

            if (known.Size != file.Size || (known.Digest is { Kind: DigestKind.Sha256, Hex: var sha256 } && sha256 != file.Sha256))
            {
                throw NotWhole(version, $"{TerminalText.Quoted(name)} is not the file that was published");
            }
        }
    }

    private MergeOpsException NotWhole(PublicationVersion version, string why) => new(
        Codes.ContentMissing,
        $"Version {version.Text} of '{repository}' ({RepositoryState.TagOf(version)}, {commit[..12]}): {why}. Somebody moved the tag or published with another tool. Give the recipe another version, or roll back to an intact one.");

    private async Task<byte[]?> ReadAsync(FileListing known, string path, CancellationToken cancellation) =>
        known.Find(path) is { } file
            ? await ReadWholeAsync(file, PublicationManifest.MaxLength, cancellation)
            : null;
}
