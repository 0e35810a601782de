using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;

namespace MergeOps.Publishing;

/// <summary>A model under its version.</summary>
/// <param name="Place">The absolute folder or the address of the version.</param>
/// <param name="Version">The version.</param>
/// <param name="ModelDigest">The digest of its tensors.</param>
/// <param name="WasThere">Whether it was published already, so that nothing was done.</param>
/// <param name="Notes">What people should know.</param>
internal sealed record Publication(string Place, string Version, string ModelDigest, bool WasThere, ImmutableArray<Diagnostic> Notes)
{
    /// <summary>The commit on the Hub; null in a folder.</summary>
    public string? Revision { get; init; }

    /// <summary>The addresses of the evaluation's images beside the model; empty where not everybody can see them.</summary>
    public ImmutableArray<string> Figures { get; init; } = [];

    /// <summary>SHA-256 of the list of all its files, lower-case hex; null where a version on a Hub was there, whose list was not read.</summary>
    public string? ListDigest { get; init; }

    /// <summary>By what the files of a version that was there are known to be whole; null where nothing was compared.</summary>
    public MergeEvidence? Evidence { get; init; }

    /// <summary>What is done or would be done, a line each, in order; empty when it was there.</summary>
    public ImmutableArray<string> Steps { get; init; } = [];
}
