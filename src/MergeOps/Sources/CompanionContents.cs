using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>
/// What the small files beside a model's weights hold, so that those of several models can be compared wherever the models
/// lie. Vocabularies are left out: they are compared token by token elsewhere.
/// </summary>
internal static class CompanionContents
{
    /// <summary>The contents of a local model's companion files.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="companions">The files.</param>
    /// <param name="descriptions">The texts of <see cref="DescriptionFiles"/> by their paths.</param>
    /// <exception cref="MergeOpsException">One cannot be read.</exception>
    public static ImmutableSortedDictionary<string, CompanionContent> In(
        string folder, IEnumerable<string> companions, ImmutableSortedDictionary<string, string> descriptions) =>
        companions.Where(file => !CompanionFiles.IsVocabulary(file)).ToOrdinalMap(
            file => file,
            file => new CompanionContent(
                BlobDigest.OfFile(DigestKind.Sha256, Path.Combine(folder, file), CancellationToken.None),
                BlobDigest.OfFile(DigestKind.GitBlob, Path.Combine(folder, file), CancellationToken.None),
                SettingsIn(descriptions, file)));

    /// <summary>The contents of the companion files of a model on the Hub.</summary>
    public static ImmutableSortedDictionary<string, CompanionContent> Of(RepositoryMetadata metadata) =>
        metadata.Files.Among(metadata.Companions.Where(file => !CompanionFiles.IsVocabulary(file))).ToOrdinalMap(
            file => file.Path,
            file => file.Digest is { Kind: DigestKind.Sha256 } sha256
                ? new CompanionContent(sha256, null, SettingsIn(metadata.Descriptions, file.Path))
                : new CompanionContent(null, file.Digest, SettingsIn(metadata.Descriptions, file.Path)));

    private static string? SettingsIn(ImmutableSortedDictionary<string, string> descriptions, string file)
    {
        // what is no JSON is compared by its bytes
        if (descriptions.GetValueOrDefault(file) is not { } text || ModelJson.TryParse(text, out _) is not { } root)
        {
            return null;
        }

        ConfigTraits.RemoveNotesOfLibrary(root);
        return CanonicalJson.Digest(root);
    }
}

/// <summary>What a small file holds, as far as it is known.</summary>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="Git">Its name in git.</param>
/// <param name="Settings">The digest of the settings in it, whatever their order and layout.</param>
internal sealed record CompanionContent(BlobDigest? Sha256, BlobDigest? Git, string? Settings)
{
    /// <summary>Whether it says the same as another one in other bytes.</summary>
    public bool IsWrittenOtherwise(CompanionContent other) =>
        !Differs(other) && ((Sha256 is not null && other.Sha256 is not null && Sha256 != other.Sha256) || (Git is not null && other.Git is not null && Git != other.Git));

    /// <summary>Whether it says something else than another one; what cannot be compared counts as equal.</summary>
    public bool Differs(CompanionContent other) =>
        Settings is not null && other.Settings is not null ? Settings != other.Settings
        : (Sha256 is not null && other.Sha256 is not null && Sha256 != other.Sha256) || (Git is not null && other.Git is not null && Git != other.Git);
}
