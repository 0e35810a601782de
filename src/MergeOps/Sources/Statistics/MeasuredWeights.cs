using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Statistics;

/// <summary>Tells of which model statistics are, by digests alone: those of a lock do. What decides the forward pass beside the weights counts, too.</summary>
internal static class MeasuredWeights
{
    /// <summary>The digest of a model's weights, 64 hex digits.</summary>
    /// <param name="files">The weight files and the settings of the model, then those of the adapters on top of it, in the order in which they are applied: each file's name with its digest.</param>
    public static string DigestOf(IEnumerable<IEnumerable<KeyValuePair<string, BlobDigest>>> files) => CanonicalJson.Digest(new JsonArray(
    [
        .. files.Select(part => new JsonObject(part.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value.ToString())))),
    ]));

    /// <summary>The settings of a model or an adapter among its files; nothing where it has none.</summary>
    /// <param name="name">What they are called.</param>
    /// <param name="text">Their text; canonical where only the content counts.</param>
    public static IEnumerable<KeyValuePair<string, BlobDigest>> Settings(string name, string? text) =>
        text is null ? [] : [KeyValuePair.Create(name, new BlobDigest(DigestKind.Sha256, TextDigest.Of(text)))];
}
