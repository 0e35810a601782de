using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>The layers of one checkpoint: its stacks, their depths and the tensors of each layer.</summary>
internal sealed class LayerMap
{
    private readonly ILookup<(string Stack, int Layer), string> suffixes;
    private readonly SortedDictionary<string, SortedSet<int>> stacks = new(StringComparer.Ordinal);

    /// <summary>Takes the names of a checkpoint apart.</summary>
    public LayerMap(Checkpoint checkpoint)
    {
        var layers = checkpoint.Tensors.Keys.Select(TensorNames.LayerOf).OfType<LayerName>().ToList();
        suffixes = layers.ToLookup(layer => (layer.Stack, layer.Layer), layer => layer.Suffix);
        foreach (var stack in layers.GroupBy(layer => layer.Stack, StringComparer.Ordinal))
        {
            stacks[stack.Key] = [.. stack.Select(layer => layer.Layer)];
        }
    }

    /// <summary>The stacks in ordinal order.</summary>
    public IEnumerable<string> Stacks => stacks.Keys;

    /// <summary>The number of layers of a stack, those without tensors included; 0 when there is none of that name.</summary>
    public int DepthOf(string stack) => stacks.TryGetValue(stack, out var layers) ? layers.Max + 1 : 0;

    /// <summary>The numbers of the layers that have tensors, ascending.</summary>
    public IEnumerable<int> LayersOf(string stack) => stacks.GetValueOrDefault(stack) ?? [];

    /// <summary>The tensors of a layer by what follows the layer's number.</summary>
    public IEnumerable<string> SuffixesOf(string stack, int layer) => suffixes[(stack, layer)];
}
