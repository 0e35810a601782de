using System.Collections.Immutable;
using MergeOps.Merging.Parts;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>
/// Where the files of one merge wait beside what is published, one after the other, until all of them are there. It outlives the
/// machine that makes them: another one goes on.
/// </summary>
internal interface IPublicationBranch : IDisposable
{
    /// <summary>What it is called, for messages.</summary>
    string Name { get; }

    /// <summary>Makes it where it is missing, and reads what is there.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The place does not allow it.</exception>
    Task<BranchContent> OpenAsync(CancellationToken cancellation);

    /// <summary>Sends the files of a part; they count from the next <see cref="CommitAsync"/> on.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="part">What they are.</param>
    /// <param name="moved">Told how many bytes were sent, now and then.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The place does not take them.</exception>
    Task AddAsync(string folder, PartManifest part, Action<long> moved, CancellationToken cancellation);

    /// <summary>Keeps what was sent, and makes sure that it is there.</summary>
    /// <param name="ranges">What is known of the input files that were read, by their digests.</param>
    /// <param name="cancellation">Stops; all of it is kept then, or nothing.</param>
    /// <exception cref="Diagnostics.MergeOpsException">Somebody else works there, or the place does not allow it.</exception>
    Task CommitAsync(IReadOnlyDictionary<string, RangeDigests> ranges, CancellationToken cancellation);

    /// <summary>Removes it.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The place does not allow it.</exception>
    Task RemoveAsync(CancellationToken cancellation);
}

/// <summary>What waits there.</summary>
/// <param name="Parts">The parts whose files are there.</param>
/// <param name="Ranges">What was known of input files, by their digests.</param>
internal sealed record BranchContent(ImmutableArray<PartManifest> Parts, ImmutableDictionary<string, RangeDigests> Ranges)
{
    /// <summary>Nothing.</summary>
    public static BranchContent None { get; } = new([], ImmutableDictionary<string, RangeDigests>.Empty);
}
