namespace MergeOps.Architectures;

/// <summary>A tensor of a layer.</summary>
/// <param name="Suffix">What follows the layer's number in its name.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct LayerTensor(string Suffix, string Name);

/// <summary>
/// The layers of one checkpoint: its stacks, their depths and the tensors of each layer. Layers that predict tokens further ahead
/// follow a decoder's layers, with numbers after theirs or in a stack of their own, and are none of them: see <see cref="AheadLayers"/>.
/// </summary>
internal sealed class LayerMap
{
    private readonly SortedList<string, Dictionary<int, List<LayerTensor>>> stacks = new(StringComparer.Ordinal);

    // layers are alike, so that a few texts serve all of them
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> texts = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly Dictionary<string, int[]> ahead = new(StringComparer.Ordinal);
    private bool? isDraft;

    /// <summary>Adds a tensor; see <see cref="ArchitectureRules.LayersOf"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="place">Where the number of its layer stands.</param>
    public void Add(string name, LayerPlace place)
    {
        var stack = Shared(name.AsSpan(0, place.StackLength));
        if (!stacks.TryGetValue(stack, out var layers))
        {
            stacks.Add(stack, layers = []);
        }

        if (!layers.TryGetValue(place.Layer, out var tensors))
        {
            layers.Add(place.Layer, tensors = []);
        }

        tensors.Add(new(Shared(name.AsSpan(place.SuffixStart)), name));
    }

    /// <summary>The stacks in ordinal order.</summary>
    public IEnumerable<string> Stacks => stacks.Keys;

    /// <summary>The number of layers of a stack, those without tensors included; 0 when there is none of that name, or all of its layers look ahead.</summary>
    public int DepthOf(string stack) => LayersOf(stack) is [.., var last] ? last + 1 : 0;

    /// <summary>The numbers of the layers that have tensors, ascending.</summary>
    public int[] LayersOf(string stack)
    {
        var numbers = NumbersOf(stack);
        return numbers[..(numbers.Length - CountAhead(stack, numbers))];
    }

    /// <summary>The numbers of the layers that follow them to predict tokens further ahead, ascending; most models have none.</summary>
    public int[] AheadOf(string stack)
    {
        if (!ahead.TryGetValue(stack, out var known))
        {
            var numbers = NumbersOf(stack);
            ahead[stack] = known = numbers[^CountAhead(stack, numbers)..];
        }

        return known;
    }

    /// <summary>Whether a layer predicts tokens further ahead, and counts for none of the stack.</summary>
    public bool IsAhead(LayerName layer) => AheadOf(layer.Stack).Contains(layer.Layer);

    /// <summary>The tensors of a layer.</summary>
    public IReadOnlyList<LayerTensor> TensorsOf(string stack, int layer) =>
        stacks.TryGetValue(stack, out var layers) && layers.TryGetValue(layer, out var tensors) ? tensors : [];

    private bool IsDraft => isDraft ??= stacks.All(stack => LooksAhead(stack.Key, stack.Value.Keys.Min()));

    private int[] NumbersOf(string stack)
    {
        int[] numbers = stacks.TryGetValue(stack, out var layers) ? [.. layers.Keys] : [];
        Array.Sort(numbers);
        return numbers;
    }

    // a draft model consists of such layers alone, which are its own
    private int CountAhead(string stack, int[] numbers) => IsDraft
        ? 0
        : numbers.Reverse().TakeWhile(layer => LooksAhead(stack, layer)).Count();

    private bool LooksAhead(string stack, int layer) => AheadLayers.IsStack(stack) || AheadLayers.IsOne(TensorsOf(stack, layer).Select(tensor => tensor.Suffix));

    private string Shared(ReadOnlySpan<char> text)
    {
        if (!texts.TryGetValue(text, out var known))
        {
            texts.Add(text);
            texts.TryGetValue(text, out known);
        }

        return known!;
    }
}
