using System.Collections.Immutable;

namespace MergeOps.Architectures.Lora;

/// <summary>How a module's factors lie to a weight: as its rows and columns say (W + s·B·A), or turned (W + s·(B·A)ᵀ).</summary>
/// <param name="Straight">Whether they fit as they are.</param>
/// <param name="Turned">Whether they fit turned.</param>
internal readonly record struct LoraFit(bool Straight, bool Turned)
{
    /// <summary>How factors fit.</summary>
    /// <param name="weight">The weight's shape.</param>
    /// <param name="module">A module with both factors.</param>
    public static LoraFit Of(ImmutableArray<long> weight, LoraModule module)
    {
        var (first, second) = (module.A!.Shape, module.B!.Shape);
        if (weight.Length < 2 || first.Length < 2 || second.Length < 2 || first[0] != second[1])
        {
            return default;
        }

        var (rows, columns) = (second[0], CountOf(first.Skip(1)));
        var isPlain = CountOf(second.Skip(2)) == 1;
        return new(
            isPlain && !module.IsEmbedding && rows == weight[0] && columns == CountOf(weight.Skip(1)),
            isPlain && weight.Length == 2 && first.Length == 2 && second.Length == 2 && rows == weight[1] && columns == weight[0]);
    }

    /// <summary>Whether they fit at all.</summary>
    public bool Fits => Straight || Turned;

    private static long CountOf(IEnumerable<long> shape) => shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
}
