using System.Collections.Immutable;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Statistics of a model, as a plan knows them; no number is read.</summary>
/// <param name="Need">What is needed, and where the recipe says so.</param>
/// <param name="File">The header of the file.</param>
/// <param name="FileDigests">The digest from the lock; null where it is not locked.</param>
internal sealed record MeasuredModel(NeededStatistics Need, StatisticsFile File, ImmutableSortedDictionary<string, BlobDigest?> FileDigests)
{
    /// <summary>A sample of the file without a lock.</summary>
    public ImmutableSortedDictionary<string, string> FileSamples { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where it is fetched from; null for a file on this machine.</summary>
    public RemoteModel? Remote { get; init; }
}
