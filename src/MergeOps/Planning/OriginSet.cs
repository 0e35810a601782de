using System.Collections.Immutable;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>Tensors of a plan's owners, each once.</summary>
/// <param name="owners">The owners whose tensors may be very many; others may be among them.</param>
internal sealed class OriginSet(ImmutableArray<PlannedModel> owners)
{
    private readonly List<HashSet<string>?> names = [];

    /// <summary>Adds what a job reads.</summary>
    /// <returns>Bytes of what is new.</returns>
    public long AddReadBy(TensorJob job)
    {
        var bytes = 0L;
        foreach (var input in job.Read)
        {
            bytes += AddReadBy(input.Source);
        }

        foreach (var statistic in job.Statistics)
        {
            bytes += statistic.Source is { } source ? AddReadBy(source) : 0;
        }

        return bytes;
    }

    // most sources are a stored tensor
    private long AddReadBy(TensorSource source)
    {
        if (source is Stored only)
        {
            return Add(only) ? only.Tensor.ByteLength : 0;
        }

        var bytes = 0L;
        foreach (var stored in source.Reads)
        {
            bytes += Add(stored) ? stored.Tensor.ByteLength : 0;
        }

        return bytes;
    }

    /// <summary>Adds a stored tensor.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(Stored stored) => Add(stored.Owner, stored.Tensor.Name);

    /// <summary>Adds a tensor.</summary>
    /// <param name="model">Index into <see cref="MergePlan.Owners"/>.</param>
    /// <param name="name">Its name there.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(int model, string name)
    {
        while (names.Count <= model)
        {
            names.Add(null);
        }

        // room for all at once: a set that grows leaves as much behind again
        return (names[model] ??= new(model < owners.Length ? owners[model].Checkpoint.Tensors.Count : 0, StringComparer.Ordinal)).Add(name);
    }

    /// <summary>Whether a tensor is among them.</summary>
    public bool Has(int model, string name) => model < names.Count && names[model]?.Contains(name) == true;

    /// <summary>Whether any tensor of a model is.</summary>
    public bool HasAnyOf(int model) => model < names.Count && names[model] is not null;
}
