using System.Collections.Concurrent;
using System.Collections.Immutable;
using MergeOps.Planning;
using TorchSharp;

namespace MergeOps.Merging.Reading.Memory;

/// <summary>
/// What methods made of tensors before their late parameters come in, kept for the next points of a search as far as it fits: a
/// search for λ decomposes no matrix twice.
/// </summary>
/// <param name="room">Bytes that may be kept.</param>
internal sealed class KnownChanges(long room)
{
    private readonly ConcurrentDictionary<string, string> keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lock> gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, torch.Tensor> known = new(StringComparer.Ordinal);
    private long left = room;

    /// <summary>Takes note of what jobs have in common.</summary>
    public void Note(ImmutableArray<TensorJob> jobs, ImmutableArray<PlannedModel> owners)
    {
        var contents = new FileContents(owners);
        foreach (var job in jobs.Where(job => job.Method is { LateParameters: not [] }))
        {
            var late = job.Method!.LateParameters;
            keys[job.Digest] = PlanDigest.Of(job with { Parameters = new(job.Parameters.Values.Where(value => !late.Contains(value.Parameter))) }, contents);
        }
    }

    /// <summary>Equal for jobs that differ in late parameters alone; null where nothing is kept.</summary>
    public string? KeyOf(TensorJob job) => keys.GetValueOrDefault(job.Digest);

    /// <summary>What a key stands for: what was kept, else what is made now, which is kept where it fits.</summary>
    /// <param name="key">The key.</param>
    /// <param name="make">Makes it; the caller owns what it gives.</param>
    /// <param name="kept">Hears of what is kept, which the caller owns no more.</param>
    public torch.Tensor Of(string key, Func<torch.Tensor> make, Action<torch.Tensor> kept)
    {
        lock (gates.GetOrAdd(key, _ => new()))
        {
            if (known.GetValueOrDefault(key) is { } there)
            {
                return there;
            }

            var made = make();
            if (TryKeep(key, made))
            {
                kept(made);
            }

            return made;
        }
    }

    private bool TryKeep(string key, torch.Tensor made)
    {
        var bytes = made.NumberOfElements * made.ElementSize;
        if (Interlocked.Add(ref left, -bytes) < 0)
        {
            Interlocked.Add(ref left, bytes);
            return false;
        }

        known[key] = made;
        return true;
    }
}
