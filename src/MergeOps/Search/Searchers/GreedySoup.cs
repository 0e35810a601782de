using System.Collections.Immutable;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>
/// Greedy soup: the models from the best to the worst, each one kept in the average where that does not get worse. M. Wortsman
/// et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time",
/// ICML 2022, recipe 1.
/// </summary>
internal sealed class GreedySoup : Searcher
{
    /// <inheritdoc/>
    public override string Name => "greedy_soup";

    /// <inheritdoc/>
    public override string Summary => "the plain average of the models that improve it, tried from the best to the worst";

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) => ModelWeights.Refuses(problem, Name, problem.Dimensions.Length - 1);

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        var singles = ModelWeights.Singles(problem);
        if (scored.Count == 0)
        {
            return singles;
        }

        return Soup(problem, scored, singles).Missing is { } missing ? [missing] : [];
    }

    /// <inheritdoc/>
    public override ScoredPoint Choose(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) =>
        Soup(problem, scored, ModelWeights.Singles(problem)).Last;

    // as far as it was scored; of models that are equally good the first one comes first
    private static (ScoredPoint Last, ImmutableArray<double>? Missing) Soup(
        SearchProblem problem, IReadOnlyList<ScoredPoint> scored, ImmutableArray<ImmutableArray<double>> singles)
    {
        var alone = singles.Select(single => scored.First(point => point.IsAt(single))).ToList();
        var order = Enumerable.Range(0, singles.Length).OrderByDescending(model => problem.MeritOf(alone[model])).ToList();
        List<int> soup = [order[0]];
        var last = alone[order[0]];
        foreach (var model in order.Skip(1))
        {
            var values = ModelWeights.Average(problem, [.. soup, model]);
            if (scored.FirstOrDefault(point => point.IsAt(values)) is not { } with)
            {
                return (last, values);
            }

            if (problem.MeritOf(with) >= problem.MeritOf(last))
            {
                soup.Add(model);
                last = with;
            }
        }

        return (last, null);
    }
}
