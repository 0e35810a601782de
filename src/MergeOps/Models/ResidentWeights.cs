using MergeOps.Runtime;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Weights that are kept from their first use on as long as they fit into a budget; what does not fit is read for each use.</summary>
internal sealed class ResidentWeights : IModelWeights
{
    private readonly IModelWeights stored;
    private readonly IReadOnlyDictionary<string, long> bytes;
    private readonly Dictionary<string, Tensor> kept = new(StringComparer.Ordinal);
    private long left;

    /// <summary>Keeps nothing yet.</summary>
    /// <param name="stored">Where they are read; owned.</param>
    /// <param name="bytes">What each tensor takes, by its name.</param>
    /// <param name="budget">The bytes that may be kept.</param>
    public ResidentWeights(IModelWeights stored, IReadOnlyDictionary<string, long> bytes, long budget)
    {
        (this.stored, this.bytes, left) = (stored, bytes, budget);
        AreKept = budget >= bytes.Values.Sum();
        if (!AreKept)
        {
            NativeHeap.ReturnLargeBlocks();
        }
    }

    /// <summary>What may be kept on this machine: a quarter of its memory.</summary>
    public static long Budget => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <inheritdoc/>
    public Device Device => stored.Device;

    /// <inheritdoc/>
    public ScalarType Type => stored.Type;

    /// <inheritdoc/>
    public bool AreKept { get; }

    /// <inheritdoc/>
    public Tensor Whole(string name) => Kept(name) ?? stored.Whole(name);

    /// <inheritdoc/>
    public Tensor Rows(string name, long first, long count) => Kept(name)?.narrow(0, first, count) ?? stored.Rows(name, first, count);

    /// <inheritdoc/>
    public Tensor RowsAt(string name, Tensor numbers) =>
        kept.TryGetValue(name, out var whole) ? whole.index_select(0, numbers) : stored.RowsAt(name, numbers);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in kept.Values)
        {
            tensor.Dispose();
        }

        stored.Dispose();
    }

    private Tensor? Kept(string name)
    {
        if (kept.TryGetValue(name, out var known))
        {
            return known;
        }

        if (bytes[name] > left)
        {
            return null;
        }

        left -= bytes[name];
        return kept[name] = stored.Whole(name).DetachFromDisposeScope();
    }
}
