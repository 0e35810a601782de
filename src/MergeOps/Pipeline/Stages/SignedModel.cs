using System.Security.Cryptography;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Publishing.Signing;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A model or adapter that a recipe uses, as far as a signature over it can be judged without reading a weight.</summary>
/// <param name="Name">As the recipe names it, fit to be shown.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Bundle">The bytes of its <c>model.sig</c>; null without one.</param>
/// <param name="Used">The files that the merge may use.</param>
internal sealed record SignedModel(string Name, SourceSpan Span, byte[]? Bundle, IReadOnlyCollection<string> Used)
{
    /// <summary>SHA-256 of a used file, lower-case hex; null where it is not known.</summary>
    public required Func<string, string?> DigestOf { get; init; }

    /// <summary>Whether a file that was signed is known to be missing.</summary>
    public required Predicate<string> Lacks { get; init; }

    /// <summary>A model without its adapters.</summary>
    public static SignedModel Of(ModelMetadata model, KnownDigests digests, CancellationToken cancellation) => model.Remote is { Metadata: var metadata }
        ? Of(model.Model.Value.WithoutAdapters.ToString(), model.Model.Span, metadata)
        : Of(
            model.Model.Value.WithoutAdapters.ToString(),
            model.Model.Span,
            model.Checkpoint.Folder,
            [.. model.FileDigests.Keys.Concat(model.CompanionContents.Keys).Concat(ModelFiles.OfEveryModel(model.Paths, model.Checkpoint.Components)).Distinct(StringComparer.Ordinal)],
            path => model.FileDigests.GetValueOrDefault(path),
            digests,
            cancellation);

    /// <summary>An adapter.</summary>
    public static SignedModel Of(AdapterMetadata adapter, SourceSpan span, KnownDigests digests, CancellationToken cancellation) => adapter.Remote is { Metadata: var metadata }
        ? Of(adapter.Reference.ToString(), span, metadata)
        : Of(adapter.Reference.ToString(), span, adapter.Checkpoint.Folder, [.. adapter.FileDigests.Keys], path => adapter.FileDigests.GetValueOrDefault(path), digests, cancellation);

    private static SignedModel Of(string name, SourceSpan span, RepositoryMetadata metadata) => new(
        TerminalText.Quoted(name), span, metadata.Signature is { } signature ? Encoding.UTF8.GetBytes(signature.Bundle ?? "") : null, metadata.Files.Paths)
    {
        DigestOf = path => Sha256Of(metadata, path),
        Lacks = path => metadata.KnowsPath(path) && !metadata.Paths.Contains(path, StringComparer.Ordinal),
    };

    private static SignedModel Of(string name, SourceSpan span, string folder, IReadOnlyCollection<string> used, Func<string, BlobDigest?> locked, KnownDigests digests, CancellationToken cancellation)
    {
        var files = new ModelFolder(folder);
        var bundle = files.Locate(ModelFileNames.Signature);
        return new(TerminalText.Quoted(name), span, File.Exists(bundle) ? Read(bundle) : null, used)
        {
            DigestOf = path => locked(path) is { Kind: DigestKind.Sha256, Hex: var hex } ? hex : digests.Of(files.Locate(path), DigestKind.Sha256, cancellation).Hex,
            Lacks = path => !File.Exists(files.Locate(path)),
        };
    }

    private static byte[] Read(string bundle)
    {
        try
        {
            return PlainFile.Read(bundle, ModelSignature.MaxLength);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.FileUnreadable, failure.Message, SourceSpan.File(bundle), failure);
        }
    }

    // a text that the metadata holds was compared with git's digest, or is now
    private static string? Sha256Of(RepositoryMetadata metadata, string path)
    {
        var file = metadata.Files.At(path);
        if (file.Digest.Kind is DigestKind.Sha256)
        {
            return file.Digest.Hex;
        }

        var text = file.Path == ModelFileNames.Config ? metadata.Config : metadata.Descriptions.GetValueOrDefault(file.Path);
        return text is not null && Encoding.UTF8.GetBytes(text) is var bytes && BlobDigest.Of(file.Digest.Kind, bytes) == file.Digest
            ? Convert.ToHexStringLower(SHA256.HashData(bytes))
            : metadata.Signature?.Sha256.GetValueOrDefault(file.Path);
    }
}
