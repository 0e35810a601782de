using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Statistics;

/// <summary>
/// The digest of a statistics file: SHA-256 of its text pairs but for the digest itself, and of its tensors as a
/// <see cref="ModelDigest"/> has them. It tells a file that was damaged or edited since it was measured, whether or not anybody locked it.
/// </summary>
internal static class StatisticsContent
{
    private const int PieceBytes = 1 << 20;

    /// <summary>The digest.</summary>
    /// <param name="pairs">The text pairs of the header.</param>
    /// <param name="tensors">The tensors with the digests of their bytes.</param>
    public static string DigestOf(ImmutableSortedDictionary<string, string> pairs, IEnumerable<DigestedTensor> tensors) => CanonicalJson.Digest(new JsonObject
    {
        ["header"] = new JsonObject(pairs.Where(pair => pair.Key != StatisticsMetadata.Digest).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["tensors"] = ModelDigest.Of(tensors),
    });

    /// <summary>Reads all numbers of a file on disk and holds them against its digest, if it has one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Whether it has one.</returns>
    /// <exception cref="MergeOpsException">They are not those that were measured, or it is no statistics file.</exception>
    public static bool Require(string path, string shown, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        var header = SafetensorsHeaderReader.Read(full, Path.GetFileName(full));
        var file = StatisticsFile.Of(header, Path.GetDirectoryName(full)!, shown);
        if (file.Description.Digest is not { } written)
        {
            return false;
        }

        using var reader = new TensorReader(file.Checkpoint);
        var buffer = new byte[PieceBytes];
        var found = DigestOf(header.Metadata, file.Checkpoint.Tensors.Values.Select(tensor => new DigestedTensor(tensor.Name, tensor.DType, tensor.Shape, ContentOf(tensor))));
        return found == written
            ? true
            : throw StatisticsMetadata.Invalid(shown, $"Its content has the digest {found[..12]}…, and its header says {(written.Length > 12 ? written[..12] + "…" : TerminalText.Quoted(written))}: it was damaged or changed since it was measured. Restore it, or delete it and run `mergeops measure` again.");

        string ContentOf(TensorInfo tensor)
        {
            var digest = new ContentDigest();
            for (var place = 0L; place < tensor.ByteLength; place += PieceBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, tensor.ByteLength - place));
                reader.Read(tensor, place, piece);
                digest.Append(piece);
            }

            return digest.Finish();
        }
    }
}
