using System.Collections.Immutable;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>How to merge. Nothing here changes a byte of a tensor, except the device, which the numeric class names.</summary>
internal sealed record MergeOptions : OutputOptions
{
    /// <summary>The least that a person may give to <see cref="MaxMemory"/>: with less, tiles shrink to a few elements and a merge takes for ever.</summary>
    public const long LeastMemory = 16_000_000;

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Bytes that buffers may take beyond libtorch itself.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>Worker threads; each runs torch on one thread.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The files that were hashed just now, by their absolute paths: what is read is compared with what was hashed.</summary>
    public IReadOnlyDictionary<string, VerifiedFile> Verified { get; init; } = ImmutableDictionary<string, VerifiedFile>.Empty;

    /// <summary>The weight files that do not lie on this machine, by the absolute paths that they would have.</summary>
    public IReadOnlyDictionary<string, IModelContent> Elsewhere { get; init; } = ImmutableDictionary<string, IModelContent>.Empty;

    /// <summary>Finished merges whose tensors are copied where they are the same.</summary>
    public ImmutableArray<EarlierOutput> Earlier { get; init; } = [];

    /// <summary>A folder with an earlier merge to copy from; null to look where this program keeps its own.</summary>
    public string? Reuse { get; init; }

    /// <summary>The folder of the published version; null where there is none, or it lies elsewhere.</summary>
    public string? Published { get; init; }

    /// <summary>Elements of a tile.</summary>
    public int TileElements { get; init; } = TileMemory.DefaultTileElements;
}
