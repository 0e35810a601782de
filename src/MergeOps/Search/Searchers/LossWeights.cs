using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>
/// LM-Cocktail: the weights of the models are the softmax of their negative losses. S. Xiao et al., "LM-Cocktail: resilient
/// tuning of language models via model merging", 2023, equation 2.
/// </summary>
internal sealed class LossWeights : Searcher
{
    /// <summary>The temperature of the authors' examples.</summary>
    private const double UsualTemperature = 5;

    private static readonly KeyDeclaration Temperature = new(
        "temperature", new NumberShape(Min: 1e-6), Affects.Approval, "what losses are divided by: the smaller it is, the more weight the best model gets; 5 when not given");

    /// <inheritdoc/>
    public override string Name => "loss_weights";

    /// <inheritdoc/>
    public override string Summary => "each model's weight from its own loss, by a softmax, as LM-Cocktail does";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Temperature];

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) => ModelWeights.Refuses(problem, Name, 1)
        ?? (problem.LargerIsBetter ? "'loss_weights' computes weights from losses, but larger scores of this objective are better. Name a loss, such as 'mean.loss'." : null);

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) =>
        scored.Count == 0 ? ModelWeights.Singles(problem) : [Weights(problem, scored)];

    /// <inheritdoc/>
    public override ScoredPoint Choose(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) =>
        Weights(problem, scored) is var weights && scored.FirstOrDefault(point => point.IsAt(weights)) is { } computed ? computed : problem.BestOf(scored);

    private static ImmutableArray<double> Weights(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        var temperature = problem.Values.Number(Temperature) ?? UsualTemperature;
        var merits = ModelWeights.Singles(problem).Select(single => problem.MeritOf(scored.First(point => point.IsAt(single)))).ToList();
        var best = merits.Max();
        var shares = merits.ConvertAll(merit => Math.Exp((merit - best) / temperature));
        return problem.Fit(shares.Select(share => share / shares.Sum()));
    }
}
