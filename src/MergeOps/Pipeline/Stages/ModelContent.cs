using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>One digest for everything of a model that its scores depend on: weights, config, tokenizer, and how an embedding model pools and is prompted; each file is hashed once for each content.</summary>
internal static class ModelContent
{
    /// <summary>The digest of a planned model.</summary>
    public static string DigestOf(PlannedModel model, KnownDigests digests) => model.Remote is { Metadata: var metadata }
        ? DigestOf(UsedFiles.ForRunning(metadata)
            .Where(file => !CheckpointLayout.IsIndex(file.Path))
            .Select(file => KeyValuePair.Create(file.Path, PlanDigest.TextOf(file.Digest)!)))
        : DigestOf(model.Checkpoint, model.FileDigests, digests);

    /// <summary>The digest of a model's folder.</summary>
    /// <exception cref="MergeOpsException">Its weights break their format or cannot be read.</exception>
    public static string DigestOf(string folder, KnownDigests digests) =>
        DigestOf(Components.Open(folder, []), ImmutableSortedDictionary<string, BlobDigest?>.Empty, digests);

    /// <summary>The digest of a published version, without its files: the same as that of the folder that was published.</summary>
    public static string DigestOf(PublicationManifest published)
    {
        var ofVectors = EmbeddingFiles.Among([.. published.Files.Keys], _ => null).ToHashSet(StringComparer.Ordinal);
        return DigestOf(published.Files
            .Where(file => CheckpointLayout.IsWeights(file.Key) || file.Key == ModelFileNames.Config || CompanionFiles.IsTokenizer(file.Key) || ofVectors.Contains(file.Key))
            .Select(file => KeyValuePair.Create(file.Key, file.Value.Sha256)));
    }

    private static string DigestOf(Checkpoint checkpoint, ImmutableSortedDictionary<string, BlobDigest?> locked, KnownDigests digests)
    {
        var files = checkpoint.Files.Select(file => file.Path)
            .Concat(CompanionFiles.In(checkpoint.Folder).Where(CompanionFiles.IsTokenizer))
            .Append(ModelFileNames.Config)
            .Append(ModelFileNames.PieceTokenizer)
            .Concat(EmbeddingFiles.Among(LocalFolder.PathsIn(checkpoint.Folder), file => LocalFolder.TextOf(checkpoint.Folder, file, DescriptionFiles.LargestFile)))
            .Where(path => File.Exists(Path.Combine(checkpoint.Folder, path)))
            .Distinct(StringComparer.Ordinal);
        return DigestOf(files.Select(path => KeyValuePair.Create(
            path, PlanDigest.TextOf(locked.GetValueOrDefault(path)) ?? digests.Of(Path.Combine(checkpoint.Folder, path)))));
    }

    private static string DigestOf(IEnumerable<KeyValuePair<string, string>> files) =>
        CanonicalJson.Digest(new JsonObject(files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value))));
}
