using System.Collections.Immutable;
using MergeOps.Architectures;

namespace MergeOps.Planning;

/// <summary>What a plan writes where the output is an adapter.</summary>
/// <param name="Jobs">Its tensors.</param>
/// <param name="Plan">What more there is to know.</param>
/// <param name="Settings">The text of <see cref="Adapters.SettingsFile"/>.</param>
internal sealed record LoraJobs(ImmutableArray<TensorJob> Jobs, LoraPlan Plan, string Settings)
{
    /// <summary>The files beside its weights.</summary>
    public ImmutableSortedDictionary<string, string> NewFiles => ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(Adapters.SettingsFile, Settings);

    /// <summary>Whether files of a model are read, so that more of them costs no download.</summary>
    public bool Reads(int model) => Jobs.Concat(Plan.Measured).SelectMany(job => job.Reads).Any(stored => stored.Owner == model);
}
