using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>
/// Keeps each entry with a probability that grows with its rank by magnitude in its row, from density − epsilon to
/// density + epsilon (DELLA).
/// </summary>
internal sealed class RankSparsifier(IOperators operators, RandomWords random, double density, double epsilon, bool divides)
    : ISparsifier
{
    /// <summary>The parameter that the methods with this sparsifier share.</summary>
    public static ParameterDeclaration Epsilon { get; } = new(
        "epsilon",
        ParameterScope.Model,
        ParameterKind.Number,
        ParameterValue.Of(0.15),
        "The smallest entries are kept with probability density - epsilon, the largest with density + epsilon")
    {
        Min = 0,
        Max = 0.5,
    };

    /// <summary>1, because each kept entry is divided by its own probability as it is kept.</summary>
    public double InverseDensity => 1;

    public bool NeedsScan => false;

    public bool NeedsSample => false;

    /// <summary>The sparsifier of one model.</summary>
    public static ISparsifier Of(ITensorInputs inputs, int model) => RememberingSparsifier.Of(inputs, new RankSparsifier(
        inputs.Operators,
        RandomWords.Of(inputs.Seed, inputs.TensorName, model),
        inputs.Models[model].Number("density"),
        inputs.Models[model].Number("epsilon"),
        inputs.Parameters.Choice("rescale") == Rescaling.InverseDensity));

    /// <summary>Why the probabilities of a model would leave the range from 0 to 1, or null.</summary>
    public static string? Refuses(ImmutableArray<ResolvedParameters> models)
    {
        foreach (var model in models)
        {
            var (density, epsilon) = (model.Number("density"), model.Number("epsilon"));
            if (density is > 0 and < 1 && (density - epsilon <= 0 || density + epsilon >= 1))
            {
                return FormattableString.Invariant(
                    $"density {density} with epsilon {epsilon} gives probabilities from {density - epsilon} to {density + epsilon}; both must lie between 0 and 1");
            }
        }

        return null;
    }

    public void Observe(torch.Tensor delta)
    {
    }

    public void EndScan()
    {
    }

    public void Rewind()
    {
    }

    public void Drop(torch.Tensor delta, long start)
    {
        if (density <= 0)
        {
            delta.zero_();
            return;
        }

        operators.KeepByRank(delta, start, random, (density - epsilon, density + epsilon), divides);
    }
}
