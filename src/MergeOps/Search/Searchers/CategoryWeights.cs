using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;
using MergeOps.Search.Contract;

namespace MergeOps.Search.Searchers;

/// <summary>
/// Soup of category experts: for each task that the models do not master together the best model, and the best weights of
/// these. S. Maiti et al., "Souper-Model: how simple arithmetic unlocks state-of-the-art LLM performance", 2025, algorithm 1.
/// </summary>
internal sealed class CategoryWeights : Searcher
{
    private const double UsualThreshold = 0.5;
    private const int UsualParts = 10;

    private static readonly KeyDeclaration Threshold = new(
        "threshold", new NumberShape(Min: 0), Affects.Approval, "tasks whose scores correlate less than this with those of another task count as categories; 0.5 when not given");

    private static readonly KeyDeclaration Parts = new(
        "parts", new NumberShape(Whole: true, Min: 2), Affects.Approval, "weights are multiples of 1 divided by this; 10 when not given, fewer where the budget asks for it");

    /// <inheritdoc/>
    public override string Name => "category_weights";

    /// <inheritdoc/>
    public override string Summary => "weights of the best models of each task, as Soup of Category Experts does";

    /// <inheritdoc/>
    public override ImmutableArray<KeyDeclaration> Keys => [Threshold, Parts];

    /// <inheritdoc/>
    public override string? Refuses(SearchProblem problem) => ModelWeights.Refuses(problem, Name, 1)
        ?? (problem.Tasks.Length < 2 ? "'category_weights' finds the best model of each task: the objective must be the mean of at least two 'tasks', such as mean.accuracy." : null);

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored)
    {
        var singles = ModelWeights.Singles(problem);
        if (scored.Count != singles.Length)
        {
            return scored.Count == 0 ? singles : [];
        }

        var experts = ExpertsOf(problem, [.. singles.Select(single => scored.First(point => point.IsAt(single)))]);
        return experts.Length < 2 ? [] : [.. Candidates(problem, experts, problem.Evaluations - singles.Length)];
    }

    /// <summary>The best models of the tasks that count as categories, in ascending order.</summary>
    /// <param name="problem">What is asked.</param>
    /// <param name="models">Each model by itself.</param>
    public static ImmutableArray<int> ExpertsOf(SearchProblem problem, IReadOnlyList<ScoredPoint> models)
    {
        var threshold = problem.Values.Number(Threshold) ?? UsualThreshold;
        var tasks = Enumerable.Range(0, problem.Tasks.Length).ToList();
        var columns = tasks.ConvertAll(task => models.Select(model => model.Tasks.IsEmpty ? double.NaN : model.Tasks[task]).ToArray());
        var apart = tasks.FindAll(task => tasks.Exists(other => other != task && Math.Abs(Correlation(columns[task], columns[other])) < threshold));

        // where all tasks go together, or two models alone are compared, every task counts
        return
        [
            .. (apart.Count > 0 ? apart : tasks)
                .Select(task => Enumerable.Range(0, models.Count).MaxBy(model => problem.LargerIsBetter ? columns[task][model] : -columns[task][model]))
                .Distinct().Order(),
        ];
    }

    // every way to give each expert at least one part; as many parts as the budget holds
    private static IEnumerable<ImmutableArray<double>> Candidates(SearchProblem problem, ImmutableArray<int> experts, int budget)
    {
        var parts = Math.Max(experts.Length, (int)(problem.Values.Number(Parts) ?? UsualParts));
        while (parts > experts.Length && Compositions(parts, experts.Length).Take(budget + 1).Count() > budget)
        {
            parts--;
        }

        foreach (var shares in Compositions(parts, experts.Length))
        {
            var values = new double[problem.Dimensions.Length];
            foreach (var (index, share) in shares.Index())
            {
                values[experts[index]] = (double)share / parts;
            }

            yield return problem.Fit(values);
        }
    }

    private static IEnumerable<ImmutableArray<int>> Compositions(int total, int count) => count == 1
        ? [[total]]
        : Enumerable.Range(1, total - count + 1).SelectMany(first => Compositions(total - first, count - 1), (first, rest) => rest.Insert(0, first));

    // Pearson's; a task on which all models are equal says nothing of the others
    private static double Correlation(double[] first, double[] second)
    {
        var (meanOfFirst, meanOfSecond) = (first.Average(), second.Average());
        var product = first.Zip(second, (x, y) => (x - meanOfFirst) * (y - meanOfSecond)).Sum();
        var scale = Math.Sqrt(first.Sum(x => (x - meanOfFirst) * (x - meanOfFirst)) * second.Sum(y => (y - meanOfSecond) * (y - meanOfSecond)));
        return scale == 0 ? 0 : product / scale;
    }
}
