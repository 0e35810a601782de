using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The layers of one checkpoint: its stacks, their depths and the tensors of each layer.</summary>
internal sealed class LayerMap
{
    private readonly ILookup<(string Stack, int Layer), string> suffixes;
    private readonly ImmutableSortedDictionary<string, int> depths;

    /// <summary>Takes the names of a checkpoint apart.</summary>
    public LayerMap(Checkpoint checkpoint)
    {
        var layers = checkpoint.Tensors.Keys.Select(TensorNames.LayerOf).OfType<LayerName>().ToList();
        suffixes = layers.ToLookup(layer => (layer.Stack, layer.Layer), layer => layer.Suffix);
        depths = layers
            .GroupBy(layer => layer.Stack, layer => layer.Layer + 1, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(stack => stack.Key, stack => stack.Max(), StringComparer.Ordinal);
    }

    /// <summary>The stacks in ordinal order.</summary>
    public IEnumerable<string> Stacks => depths.Keys;

    /// <summary>The number of layers of a stack; 0 when there is none of that name.</summary>
    public int DepthOf(string stack) => depths.GetValueOrDefault(stack);

    /// <summary>The tensors of a layer by what follows the layer's number.</summary>
    public IEnumerable<string> SuffixesOf(string stack, int layer) => suffixes[(stack, layer)];
}
