using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The layers of one checkpoint: its stacks, their depths and the tensors of each layer.</summary>
internal sealed class LayerMap
{
    private readonly ILookup<(string Stack, int Layer), string> suffixes;
    private readonly ImmutableArray<LayerStack> stacks;

    /// <summary>Takes the names of a checkpoint apart.</summary>
    public LayerMap(Checkpoint checkpoint)
    {
        var layers = checkpoint.Tensors.Keys.Select(TensorNames.LayerOf).OfType<LayerName>().ToList();
        suffixes = layers.ToLookup(layer => (layer.Stack, layer.Layer), layer => layer.Suffix);
        stacks =
        [
            .. layers.GroupBy(layer => layer.Stack, StringComparer.Ordinal)
                .Select(stack => new LayerStack(stack.Key, stack.Max(layer => layer.Layer) + 1))
                .OrderBy(stack => stack.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The stacks in ordinal order.</summary>
    public IEnumerable<string> Stacks => stacks.Select(stack => stack.Name);

    /// <summary>The number of layers of a stack; 0 when there is none of that name.</summary>
    public int DepthOf(string stack) => stacks.FirstOrDefault(known => known.Name == stack)?.Depth ?? 0;

    /// <summary>The tensors of a layer by what follows the layer's number.</summary>
    public IEnumerable<string> SuffixesOf(string stack, int layer) => suffixes[(stack, layer)];

    private sealed record LayerStack(string Name, int Depth);
}
