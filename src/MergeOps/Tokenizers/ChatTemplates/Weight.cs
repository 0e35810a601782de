namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>How large a value is, with all that is in it as often as it is in it: what comparing it or writing it out costs.</summary>
/// <param name="Size">Values, and characters of texts.</param>
/// <param name="Depth">How many values lie in each other.</param>
internal readonly record struct Weight(long Size, int Depth)
{
    private const int Deepest = 100;

    /// <summary>How many values or characters a value has, without what is in its values.</summary>
    public static long SizeOf(object? value) => value switch
    {
        string text => text.Length,
        Sequence sequence => sequence.Items.Count,
        Mapping mapping => mapping.Count,
        _ => 0,
    };

    /// <summary>The weight of a value.</summary>
    public static Weight Of(object? value) => value switch
    {
        string text => new(1L + text.Length, 1),
        Sequence sequence => sequence.Weight,
        Mapping mapping => mapping.Weight,
        _ => new(1, 1),
    };

    /// <summary>The weight of what holds values.</summary>
    /// <exception cref="TemplateFault">It is too large.</exception>
    public static Weight Around(IReadOnlyList<object?> values)
    {
        var weight = new Weight(1, 1);
        for (var i = 0; i < values.Count; i++)
        {
            weight = weight.With(values[i]);
        }

        return weight;
    }

    /// <summary>The weight with one more value inside.</summary>
    /// <exception cref="TemplateFault">It is too large.</exception>
    public Weight With(object? value)
    {
        var inner = Of(value);
        var outer = new Weight(Size + inner.Size, Math.Max(Depth, inner.Depth + 1));
        return outer.Size <= RenderBudget.LongestText && outer.Depth <= Deepest ? outer : throw new TemplateFault("Its lists become too long, or nested too deeply");
    }
}
