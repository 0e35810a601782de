using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>Where a merged model goes, what may stand there, and what lies beside its weights. Nothing here changes a byte of a tensor.</summary>
internal record OutputOptions
{
    /// <summary>The folder of the merged model.</summary>
    public required string Output { get; init; }

    /// <summary>Bytes of one shard; null takes the plan's.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Removes what unfinished merges of other plans left beside the output.</summary>
    public bool Clean { get; init; }

    /// <summary>Lets the merge take the place of an earlier one, which stays until this one is whole.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether nothing but merges of this program's own lies in the output's place: what is not the finished merge of the plan goes.</summary>
    public bool OwnsOutput { get; init; }

    /// <summary>What is known of files on this machine, so that a finished merge need not be read again; null to read it.</summary>
    public KnownDigests? Digests { get; init; }

    /// <summary>More files of the output, such as the lock: they appear together with the weights or not at all.</summary>
    public IReadOnlyList<ExtraFile> ExtraFiles { get; init; } = [];

    /// <summary>The files of a plan's output, and the places of its tensors in them.</summary>
    public ShardLayout LayoutOf(MergePlan plan) => plan.LayoutFor(ShardSize);
}

/// <summary>A file that the caller adds to the output.</summary>
/// <param name="Path">Relative to the output, with forward slashes.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record ExtraFile(string Path, ReadOnlyMemory<byte> Content);
