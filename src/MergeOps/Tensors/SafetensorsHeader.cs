using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>Everything that a safetensors file says of itself.</summary>
/// <param name="Tensors">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The text pairs of <c>__metadata__</c>; empty when there are none.</param>
/// <param name="File">The file: its size, and the digest of its length prefix and header.</param>
internal sealed record SafetensorsHeader(
    ImmutableArray<TensorInfo> Tensors,
    ImmutableSortedDictionary<string, string> Metadata,
    CheckpointFile File);
