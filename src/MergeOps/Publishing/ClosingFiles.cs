using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Publishing.Signing;

namespace MergeOps.Publishing;

/// <summary>The files that a version ends with, because they speak of its other files: where it comes from, its list, and the signature over all.</summary>
internal static class ClosingFiles
{
    /// <summary>The files in the order in which they are written.</summary>
    /// <param name="content">What is published.</param>
    /// <param name="manifest">What the merge recorded.</param>
    /// <param name="version">The version.</param>
    /// <param name="files">Every other file by its path.</param>
    public static ImmutableArray<(string Path, byte[] Bytes)> Of(
        PublicationContent content, MergeManifest manifest, PublicationVersion version, ImmutableSortedDictionary<string, PublishedFile> files)
    {
        var inputs = content.ReadLock();
        var digests = DigestsOf(files);
        (string Path, byte[] Bytes)[] lineage =
        [
            (BuildProvenance.FileName, Encoding.UTF8.GetBytes(BuildProvenance.Write(manifest, inputs, digests))),
            (BillOfMaterials.FileName, Encoding.UTF8.GetBytes(BillOfMaterials.Write(content, manifest, version, inputs, digests))),
        ];
        var listed = files.AddRange(lineage.Select(file => KeyValuePair.Create(file.Path, PublishedFile.Of(file.Bytes))));
        var list = Encoding.UTF8.GetBytes(new PublicationManifest(manifest.Name, version.Text, manifest.PlanDigest, manifest.ModelDigest, listed)
        {
            Derived = content.Derived.IsEmpty ? null : content.Derived.ToImmutableSortedDictionary(file => file.Path, file => file.Name, StringComparer.Ordinal),
        }.Write());
        return content.Signer is { } signer
            ? [.. lineage, (PublicationManifest.FileName, list), (ModelSignature.FileName, Signature(signer, manifest.Name, listed.Add(PublicationManifest.FileName, PublishedFile.Of(list))))]
            : [.. lineage, (PublicationManifest.FileName, list)];
    }

    /// <summary>The signature over all files.</summary>
    /// <param name="signer">Who signs.</param>
    /// <param name="name">What the files are.</param>
    /// <param name="files">All of them by their paths.</param>
    public static byte[] Signature(ISigner signer, string name, ImmutableSortedDictionary<string, PublishedFile> files) =>
        Encoding.UTF8.GetBytes(ModelSignature.Write(signer, name, DigestsOf(files)));

    /// <summary>What a user with a key should know of a version that is there already; nothing where that key signed it, and for a user without one.</summary>
    /// <param name="signer">The user's key.</param>
    /// <param name="bundle">The version's signature; null without one.</param>
    public static ImmutableArray<Diagnostic> NotesOn(ISigner? signer, byte[]? bundle) =>
        signer is null || (bundle is not null && ModelSignature.Read(bundle).Signed?.Hint == signer.Hint) ? [] :
        [
            Diagnostic.Warning(
                Codes.SignatureInvalid,
                $"The version is published {(bundle is null ? "without a signature" : "with a signature by another key")}, and a published version never changes. Raise 'version' in the recipe to publish it again with yours."),
        ];

    /// <summary>SHA-256 of the files that the lineage speaks of: all but itself.</summary>
    public static ImmutableSortedDictionary<string, string> WithoutLineage(IReadOnlyDictionary<string, PublishedFile> files) => files
        .Where(file => file.Key is not (BuildProvenance.FileName or BillOfMaterials.FileName))
        .ToImmutableSortedDictionary(file => file.Key, file => file.Value.Sha256, StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, string> DigestsOf(ImmutableSortedDictionary<string, PublishedFile> files) =>
        files.ToImmutableSortedDictionary(file => file.Key, file => file.Value.Sha256, StringComparer.Ordinal);
}
