namespace MergeOps.Architectures;

/// <summary>The layers of one checkpoint: its stacks, their depths and the tensors of each layer.</summary>
internal sealed class LayerMap
{
    private readonly SortedList<string, Dictionary<int, List<string>>> stacks = new(StringComparer.Ordinal);

    /// <summary>Collects the tensors of layers; see <see cref="ArchitectureRules.LayersOf"/>.</summary>
    public LayerMap(IEnumerable<LayerName> tensors)
    {
        foreach (var tensor in tensors)
        {
            if (!stacks.TryGetValue(tensor.Stack, out var layers))
            {
                stacks.Add(tensor.Stack, layers = []);
            }

            if (!layers.TryGetValue(tensor.Layer, out var suffixes))
            {
                layers.Add(tensor.Layer, suffixes = []);
            }

            suffixes.Add(tensor.Suffix);
        }
    }

    /// <summary>The stacks in ordinal order.</summary>
    public IEnumerable<string> Stacks => stacks.Keys;

    /// <summary>The number of layers of a stack, those without tensors included; 0 when there is none of that name.</summary>
    public int DepthOf(string stack) => LayersOf(stack) is [.., var last] ? last + 1 : 0;

    /// <summary>The numbers of the layers that have tensors, ascending.</summary>
    public int[] LayersOf(string stack)
    {
        int[] numbers = stacks.TryGetValue(stack, out var layers) ? [.. layers.Keys] : [];
        Array.Sort(numbers);
        return numbers;
    }

    /// <summary>The tensors of a layer by what follows the layer's number.</summary>
    public IEnumerable<string> SuffixesOf(string stack, int layer) =>
        stacks.TryGetValue(stack, out var layers) && layers.TryGetValue(layer, out var suffixes) ? suffixes : [];
}
