using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Pipeline;

/// <summary>One digest for everything of a model that its scores depend on: weights, config and tokenizer; each file is hashed once for each content.</summary>
internal static class ModelContent
{
    /// <summary>The digest of a planned model.</summary>
    public static string DigestOf(PlannedModel model) => DigestOf(model.Checkpoint, model.FileDigests);

    /// <summary>The digest of a model's folder.</summary>
    /// <exception cref="MergeOpsException">Its weights break their format or cannot be read.</exception>
    public static string DigestOf(string folder) =>
        DigestOf(CheckpointReader.Open(folder, []), ImmutableSortedDictionary<string, BlobDigest?>.Empty);

    private static string DigestOf(Checkpoint checkpoint, ImmutableSortedDictionary<string, BlobDigest?> locked)
    {
        var digests = KnownDigests.Default;
        var files = checkpoint.Files.Select(file => file.Path)
            .Concat(CompanionFiles.In(checkpoint.Folder).Where(CompanionFiles.IsTokenizer))
            .Append("config.json")
            .Where(path => File.Exists(Path.Combine(checkpoint.Folder, path)))
            .Distinct(StringComparer.Ordinal);
        return CanonicalJson.Digest(new JsonObject(files.Select(path => KeyValuePair.Create(
            path, (JsonNode?)(PlanDigest.TextOf(locked.GetValueOrDefault(path)) ?? digests.Of(Path.Combine(checkpoint.Folder, path)))))));
    }
}
