using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>Compares the weights of a model with the digests that its merge recorded.</summary>
internal static class TensorDigests
{
    private const int PieceSize = ContentDigest.BlockSize;

    /// <summary>An error for each tensor that is missing, unknown or different, and for a model digest that does not follow.</summary>
    public static IEnumerable<Diagnostic> Compare(
        Checkpoint checkpoint, MergeManifest manifest, Action<long>? hashed, CancellationToken cancellation)
    {
        using var reader = new TensorReader(checkpoint);
        var buffer = new byte[PieceSize];
        foreach (var (name, recorded) in manifest.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            if (!checkpoint.Tensors.TryGetValue(name, out var tensor))
            {
                yield return Diagnostic.Error(Codes.ContentMissing, $"Tensor {TerminalText.Quoted(name)} is missing.", SourceSpan.File(checkpoint.Folder));
            }
            else if (Difference(tensor, recorded) is { } difference)
            {
                yield return Diagnostic.Error(Codes.ContentChanged,
                    $"Tensor {TerminalText.Quoted(name)} {difference}.", SourceSpan.File(Path.Combine(checkpoint.Folder, tensor.File)));
            }
        }

        foreach (var unknown in checkpoint.Tensors.Values.Where(tensor => !manifest.Tensors.ContainsKey(tensor.Name)))
        {
            yield return Diagnostic.Error(Codes.ContentUnknown,
                $"No manifest lists tensor {TerminalText.Quoted(unknown.Name)}.", SourceSpan.File(Path.Combine(checkpoint.Folder, unknown.File)));
        }

        var modelDigest = ModelDigest.Of(manifest.Tensors.Select(t => new DigestedTensor(t.Key, t.Value.DType, t.Value.Shape, t.Value.ContentDigest)));
        if (modelDigest != manifest.ModelDigest)
        {
            yield return Diagnostic.Error(Codes.ContentChanged,
                $"Its tensors give the model digest {modelDigest}; {manifest.ModelDigest} was recorded.",
                SourceSpan.File(Path.Combine(checkpoint.Folder, MergeManifest.FileName)));
        }

        string? Difference(TensorInfo tensor, ManifestTensor recorded)
        {
            if (tensor.DType != recorded.DType || !tensor.Shape.SequenceEqual(recorded.Shape))
            {
                return $"is {tensor.DType} [{string.Join(", ", tensor.Shape)}]; {recorded.DType} [{string.Join(", ", recorded.Shape)}] was recorded";
            }

            var digest = new ContentDigest();
            for (var position = 0L; position < tensor.ByteLength; position += PieceSize)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = buffer.AsSpan(0, (int)Math.Min(PieceSize, tensor.ByteLength - position));
                reader.Read(tensor, position, piece);
                digest.Append(piece);
                hashed?.Invoke(piece.Length);
            }

            var actual = digest.Finish();
            return actual == recorded.ContentDigest ? null : $"has the content digest {actual}; {recorded.ContentDigest} was recorded";
        }
    }
}
