using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Figures;

/// <summary>The merged model less another one, on the same items, or what the two have in common.</summary>
/// <param name="Figure">What is compared.</param>
/// <param name="Against">A word of <see cref="Baselines.All"/>.</param>
/// <param name="Other">The other model's name.</param>
/// <param name="Difference">The difference with its paired interval, or what they have in common with its own.</param>
internal sealed record Comparison(Figure Figure, string Against, string Other, Measured Difference)
{
    /// <summary>Whether a larger value is the better one; null when nothing tells, and of what two models have in common.</summary>
    public bool? LargerIsBetter { get; init; }

    /// <summary>Whether the merged model is worse, and the whole interval says so.</summary>
    public bool IsFall => LargerIsBetter switch
    {
        true => Difference.Interval is { Upper: < 0 },
        false => Difference.Interval is { Lower: > 0 },
        null => false,
    };

    /// <summary>Whether the merged model is better, and the whole interval says so.</summary>
    public bool IsRise => LargerIsBetter switch
    {
        true => Difference.Interval is { Lower: > 0 },
        false => Difference.Interval is { Upper: < 0 },
        null => false,
    };
}
