using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>Of which version files were derived.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The version, which is theirs, too.</param>
/// <param name="PlanDigest">The plan that made it.</param>
/// <param name="ModelDigest">The digest of its tensors.</param>
internal sealed record DerivedOrigin(string Name, PublicationVersion Version, string PlanDigest, string ModelDigest)
{
    /// <summary>The model's repository on the Hub; null where it is in a folder.</summary>
    public string? Repository { get; init; }

    /// <summary>The commit of the version there: 40 hex digits.</summary>
    public string? Revision { get; init; }

    /// <summary>By which the place's lists name what they list: never the model itself.</summary>
    public string NameOfFiles => $"{Name} (derived)";

    /// <summary>Whether a list is of files that were derived of this model.</summary>
    public bool IsOf(PublicationManifest list) => (list.Name, list.PlanDigest, list.ModelDigest) == (NameOfFiles, PlanDigest, ModelDigest);

    /// <summary>The refusal of a version that other files have.</summary>
    /// <param name="place">Where they are.</param>
    public MergeOpsException Conflict(string place) => new(
        Codes.PublishConflict, $"{Version.Text} was made from another model. Give the recipe a new version, such as {Version.Next.Text}.", SourceSpan.File(place));
}

/// <summary>Files that were derived of a version, for a place of their own.</summary>
/// <param name="Origin">The version.</param>
/// <param name="Files">The files.</param>
internal sealed record DerivedVersion(DerivedOrigin Origin, ImmutableArray<DerivedFile> Files)
{
    /// <summary>What is known of the models that the version was merged of: the card inherits their license and languages.</summary>
    public ImmutableArray<PublishedParent> Parents { get; init; } = [];

    /// <summary>The key that signs the files; null where nobody signs them.</summary>
    public ISigner? Signer { get; init; }

    /// <summary>The list of the files and what else ends a version, in the order in which they are written.</summary>
    public ImmutableArray<(string Path, byte[] Bytes)> Closing()
    {
        var card = Encoding.UTF8.GetBytes(DerivedCard.Write(this));
        var listed = Files.ToImmutableSortedDictionary(file => file.Path, file => new PublishedFile(file.Size, file.Sha256), StringComparer.Ordinal)
            .Add(ModelFileNames.Card, PublishedFile.Of(card));
        var list = Encoding.UTF8.GetBytes(new PublicationManifest(Origin.NameOfFiles, Origin.Version.Text, Origin.PlanDigest, Origin.ModelDigest, listed)
        {
            Derived = Files.ToImmutableSortedDictionary(file => file.Path, file => file.Name, StringComparer.Ordinal),
            Origin = new(Origin.Name, Origin.Repository, Origin.Revision),
        }.Write());
        (string, byte[])[] unsigned = [(ModelFileNames.Card, card), (PublicationManifest.FileName, list)];
        return Signer is null ? [.. unsigned] : [.. unsigned, (ModelSignature.FileName, ClosingFiles.Signature(Signer, Origin.NameOfFiles, listed.Add(PublicationManifest.FileName, PublishedFile.Of(list))))];
    }
}
