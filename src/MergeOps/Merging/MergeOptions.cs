using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>How to merge. Nothing here changes a byte of a tensor, except the device, which the numeric class names.</summary>
internal sealed record MergeOptions
{
    /// <summary>The least that a person may give to <see cref="MaxMemory"/>: with less, tiles shrink to a few elements and a merge takes for ever.</summary>
    public const long LeastMemory = 16_000_000;

    /// <summary>The folder of the merged model.</summary>
    public required string Output { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Bytes that buffers may take beyond libtorch itself.</summary>
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>Worker threads; each runs torch on one thread.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes of one shard; null takes the plan's.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Removes what unfinished merges of other plans left beside the output.</summary>
    public bool Clean { get; init; }

    /// <summary>Lets the merge take the place of an earlier one, which stays until this one is whole.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether nothing but merges of this program's own lies in the output's place: what is not the finished merge of the plan goes.</summary>
    public bool OwnsOutput { get; init; }

    /// <summary>The files that were hashed just now, by their absolute paths: what is read is compared with what was hashed.</summary>
    public IReadOnlyDictionary<string, VerifiedFile> Verified { get; init; } = ImmutableDictionary<string, VerifiedFile>.Empty;

    /// <summary>What is known of files on this machine, so that a finished merge need not be read again; null to read it.</summary>
    public KnownDigests? Digests { get; init; }

    /// <summary>More files of the output, such as the lock: they appear together with the weights or not at all.</summary>
    public IReadOnlyList<ExtraFile> ExtraFiles { get; init; } = [];

    /// <summary>Elements of a tile.</summary>
    public int TileElements { get; init; } = TileMemory.DefaultTileElements;

    /// <summary>The files of a plan's output, and the places of its tensors in them.</summary>
    public ShardLayout LayoutOf(MergePlan plan) => ShardLayout.Of(
        plan.Jobs.Select(job => new OutputTensor(job.Name, job.DType, job.Shape)),
        ShardSize ?? plan.ShardSize,
        ShardLayout.StemFor(plan.Models[plan.Donor].Checkpoint));

    /// <summary>Where method names are looked up.</summary>
    public MethodCatalogue Methods { get; init; } = MethodCatalogue.Default;
}

/// <summary>A file that the caller adds to the output.</summary>
/// <param name="Path">Relative to the output, with forward slashes.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record ExtraFile(string Path, ReadOnlyMemory<byte> Content);
