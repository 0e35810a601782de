using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Planning;

namespace MergeOps.Pipeline;

/// <summary>One digest for everything of a model that its scores depend on: weights, config and tokenizer.</summary>
internal static class ModelContent
{
    /// <summary>The digest of a folder's files; each file is hashed once for each content.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="weights">Its weight files with the digests that are known already.</param>
    public static string DigestOf(string folder, IEnumerable<KeyValuePair<string, string?>> weights)
    {
        var digests = KnownDigests.Default;
        var besides = CompanionFiles.In(folder).Where(CompanionFiles.IsTokenizer).Append("config.json")
            .Where(path => File.Exists(Path.Combine(folder, path)))
            .Select(path => KeyValuePair.Create(path, (string?)null));
        return CanonicalJson.Digest(new JsonObject(weights.Concat(besides)
            .DistinctBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => KeyValuePair.Create(file.Key, (JsonNode?)(file.Value ?? digests.Of(Path.Combine(folder, file.Key)))))));
    }

    /// <summary>The digest of a planned model.</summary>
    public static string DigestOf(PlannedModel model) => DigestOf(
        model.Checkpoint.Folder,
        model.Checkpoint.Files.Select(file => KeyValuePair.Create(file.Path, model.FileDigests.GetValueOrDefault(file.Path))));
}
