using System.Globalization;

namespace MergeOps.Architectures;

/// <summary>A tensor's name taken apart at its layer number.</summary>
/// <param name="Stack">What stands before the number, such as <c>model.layers</c>.</param>
/// <param name="Layer">The number.</param>
/// <param name="Suffix">What stands after it, such as <c>mlp.up_proj.weight</c>.</param>
internal sealed record LayerName(string Stack, int Layer, string Suffix)
{
    /// <summary>The name of the same tensor in another layer.</summary>
    public string At(int layer) =>
        string.Create(CultureInfo.InvariantCulture, $"{Stack}.{layer}.{Suffix}");
}

/// <summary>Where a tensor's name is taken apart at its layer number.</summary>
/// <param name="StackLength">The length of what stands before the number and its dot.</param>
/// <param name="Layer">The number.</param>
/// <param name="SuffixStart">Where begins what stands after it and its dot.</param>
internal readonly record struct LayerPlace(int StackLength, int Layer, int SuffixStart)
{
    /// <summary>The parts of the name.</summary>
    public LayerName In(string name) => new(name[..StackLength], Layer, name[SuffixStart..]);
}

/// <summary>Infers a tensor's layer from its name, by rule; no architecture is listed anywhere.</summary>
internal static class TensorNames
{
    // no model is deeper, and sums of depths stay far from overflow
    private const int LongestNumber = 5;

    /// <summary>Where the name is taken apart at its first whole-number part; null when it has none or begins with it.</summary>
    public static LayerPlace? PlaceOf(string name)
    {
        for (var start = name.IndexOf('.', StringComparison.Ordinal); start >= 0;)
        {
            var end = name.IndexOf('.', start + 1);
            if (end < 0)
            {
                return null;
            }

            if (NumberIn(name.AsSpan(start + 1, end - start - 1)) is { } layer)
            {
                return new(start, layer, end + 1);
            }

            start = end;
        }

        return null;
    }

    /// <summary>The name with each whole-number part replaced, so that the tensors of all layers and experts share one text.</summary>
    public static string PatternOf(string name) =>
        string.Join('.', name.Split('.').Select(part => NumberIn(part) is null ? part : "N"));

    /// <summary>Whether the last parts of a name are those of another one.</summary>
    public static bool EndsWith(string name, string ending) =>
        name.EndsWith(ending, StringComparison.Ordinal) && (name.Length == ending.Length || name[^(ending.Length + 1)] == '.');

    /// <summary>What stands behind the last dot of names, each text once.</summary>
    public static HashSet<string> LastPartsOf(IEnumerable<string> names)
    {
        var parts = new HashSet<string>(StringComparer.Ordinal);
        var known = parts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var name in names)
        {
            known.Add(name.AsSpan(name.LastIndexOf('.') + 1));
        }

        return parts;
    }

    /// <summary>The whole number that a part of a name between two dots is; null when it is none.</summary>
    public static int? NumberIn(ReadOnlySpan<char> part) =>
        part.Length <= LongestNumber
        && (part.Length == 1 || !part.StartsWith('0'))
        && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
