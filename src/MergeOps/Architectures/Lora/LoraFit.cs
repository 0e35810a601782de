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

        var rows = second[0];
        var isPlain = second.Skip(2).All(dimension => dimension == 1);
        return new(
            isPlain && !module.IsEmbedding && rows == weight[0] && InputsOf(first).SequenceEqual(InputsOf(weight)),
            isPlain && weight.Length == 2 && first.Length == 2 && second.Length == 2 && rows == weight[1] && first[1] == weight[0]);
    }

    /// <summary>Whether they fit at all.</summary>
    public bool Fits => Straight || Turned;

    // a convolution of size 1 and a matrix are the same map, and trainers write one for the other
    private static IEnumerable<long> InputsOf(ImmutableArray<long> shape) => shape.Skip(1).Reverse().SkipWhile(dimension => dimension == 1);
}
