using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Statistics;

/// <summary>Tells of which weights statistics are, by digests alone: those of a lock do.</summary>
internal static class MeasuredWeights
{
    /// <summary>The digest of a model's weights, 64 hex digits.</summary>
    /// <param name="files">The weight files of the model, then those of the adapters on top of it, in the order in which they are applied: each file's name with its digest.</param>
    public static string DigestOf(IEnumerable<IEnumerable<KeyValuePair<string, BlobDigest>>> files) => CanonicalJson.Digest(new JsonArray(
    [
        .. files.Select(part => new JsonObject(part.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value.ToString())))),
    ]));
}
