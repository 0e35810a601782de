using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>The keys and values of every layer for the ids that a decoder has seen.</summary>
internal sealed class KeyValueCache(int layers) : IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] seen = new (Tensor, Tensor)?[layers];

    /// <summary>How many ids each row has had.</summary>
    public int Length { get; private set; }

    /// <summary>Adds the keys and values [rows, heads, length, headSize] of one layer and gives all of it.</summary>
    public (Tensor Keys, Tensor Values) Add(int layer, Tensor keys, Tensor values)
    {
        var all = seen[layer] is { } before ? (cat([before.Keys, keys], 2), cat([before.Values, values], 2)) : (keys.clone(), values.clone());
        Release(layer);
        seen[layer] = (all.Item1.DetachFromDisposeScope(), all.Item2.DetachFromDisposeScope());
        return all;
    }

    /// <summary>Counts the ids once every layer has seen them.</summary>
    public void Advance(int length) => Length += length;

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var layer = 0; layer < seen.Length; layer++)
        {
            Release(layer);
        }
    }

    private void Release(int layer)
    {
        if (seen[layer] is { } old)
        {
            old.Keys.Dispose();
            old.Values.Dispose();
            seen[layer] = null;
        }
    }
}
