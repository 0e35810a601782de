using System.Collections.Immutable;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>All that a plan needs to know of one adapter; no weight is read for it.</summary>
/// <param name="Reference">The adapter alone, as the recipe names it.</param>
/// <param name="Checkpoint">Its headers; of an adapter on the Hub they lie in the cache's folder of the commit, which need not exist.</param>
/// <param name="Settings">The text of its settings; null when it has none.</param>
/// <param name="Metadata">The settings that diffusers keeps in its header; null when there are none.</param>
/// <param name="FileDigests">The digest from the lock of each used file; null where the adapter is not locked.</param>
internal sealed record AdapterMetadata(
    ModelReference Reference,
    Checkpoint Checkpoint,
    string? Settings,
    string? Metadata,
    ImmutableSortedDictionary<string, BlobDigest?> FileDigests)
{
    /// <summary>A sample of each weight file of a local adapter without a lock, by its path.</summary>
    public ImmutableSortedDictionary<string, string> FileSamples { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What its card says that a merge inherits.</summary>
    public CardFields Card { get; init; } = CardFields.None;

    /// <summary>Where it is fetched from; null for a local adapter.</summary>
    public RemoteModel? Remote { get; init; }
}
