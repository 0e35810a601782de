using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>
/// Keeps each entry with a probability that grows with its rank by magnitude in its row, from density − epsilon to
/// density + epsilon (DELLA).
/// </summary>
internal sealed class RankSparsifier(IRandomMasks masks, RandomWords random, double density, double epsilon, bool divides)
    : ISparsifier
{
    /// <summary>The parameter that the methods with this sparsifier share.</summary>
    public static NumberParameter Epsilon { get; } = new(
        "epsilon",
        ParameterScope.Model,
        0.15,
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
    public static ISparsifier Of(ITensorInputs inputs, int model, NumberParameter density, ChoiceParameter rescale) => RememberingSparsifier.Of(inputs, rescale, new RankSparsifier(
        inputs.Operators<IRandomMasks>(),
        RandomWords.Of(inputs.Seed, inputs.TensorName, model),
        density.Of(inputs.Models[model]),
        Epsilon.Of(inputs.Models[model]),
        rescale.Of(inputs.Parameters) == Rescaling.InverseDensity));

    /// <summary>Why the probabilities of a model would leave the range from 0 to 1, or null.</summary>
    public static string? Refuses(ImmutableArray<ResolvedParameters> models, NumberParameter density)
    {
        foreach (var model in models)
        {
            var (kept, spread) = (density.Of(model), Epsilon.Of(model));
            if (kept is > 0 and < 1 && (kept - spread <= 0 || kept + spread >= 1))
            {
                return FormattableString.Invariant(
                    $"density {kept} with epsilon {spread} gives probabilities from {kept - spread} to {kept + spread}; both must lie between 0 and 1");
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

        masks.KeepByRank(delta, start, random, (density - epsilon, density + epsilon), divides);
    }
}
