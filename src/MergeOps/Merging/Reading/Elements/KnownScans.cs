using System.Collections.Concurrent;
using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>What was found out about all tensors of merges before they are made.</summary>
internal sealed class KnownScans
{
    private readonly ConcurrentDictionary<string, ModelScan> known = new(StringComparer.Ordinal);

    /// <summary>Whether a scan is known.</summary>
    public bool Has(JobScan scan) => known.ContainsKey(scan.Digest);

    /// <summary>Remembers a scan.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="result">What it found out; needs no pass any more.</param>
    public void Add(JobScan scan, ModelScan result) => known[scan.Digest] = result;

    /// <summary>What a job waits for.</summary>
    /// <exception cref="InvalidOperationException">Its method asks for something that its plan does not have.</exception>
    public T Of<T>(TensorJob job)
        where T : ModelScan => job.Scan is { } scan && known.TryGetValue(scan.Digest, out var result) ? (T)result : throw new InvalidOperationException($"{job.Name} waits for no scan of the model");
}
