using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Verdicts;

/// <summary>What to try first, as a part of a recipe, with the reason.</summary>
/// <param name="Why">One or more sentences.</param>
/// <param name="Suggestion">What to try; null where nothing should be merged.</param>
internal sealed record Advice(string Why, Suggestion? Suggestion)
{
    private const double OpposedDensity = 0.3;
    private const double Apart = 0.05;

    /// <summary>From the verdicts of an analysis.</summary>
    public static Advice Of(AnalysisSums sums, IReadOnlyList<Descent?> descents, IReadOnlyList<TaskOverlap> overlaps)
    {
        if (descents.Any(descent => descent?.Relation is Relation.Unrelated))
        {
            return new(
                "Do not merge the unrelated model by its weights: the same neuron means something else in each model, and every method here averages neuron by neuron. Name the base that it was trained from, or leave it out.", null);
        }

        if (descents.FirstOrDefault(descent => descent?.Apart.IsEmpty == false) is { } apart)
        {
            return new(
                $"Do not merge the {string.Join(", ", apart.Apart)} of that model by their weights: heads or hidden units may be in a different order. Bring them into the base's order first, or keep the base's.", null);
        }

        if (sums.Plan.Base is null)
        {
            return new("Name a 'base_model' to see what each model learned on top of it; without one, only the weights themselves can be compared.", null);
        }

        if (sums.Plan.Models.Length < 2)
        {
            return new("There is one task vector. Its coefficient decides how much of it the result has; choose it by scores.", new(Suggestion.TaskArithmetic, 1, Density: null, []));
        }

        if (overlaps.All(overlap => overlap.Overlap is Overlap.None))
        {
            return new("No two of the models learned anything, so there is nothing to merge.", null);
        }

        var start = NormRule(sums.Total.Sums, sums.Plan.Models.Length);
        if (overlaps.Any(overlap => overlap.Overlap is Overlap.Opposed))
        {
            return new(
                "Some task vectors point in opposite directions: what one adds, the other takes away. 'ties' settles each weight's sign before it sums; compare it with task arithmetic on validation data, since at the scale of language models the coefficient matters more than the method.",
                new(Suggestion.Ties, 1, OpposedDensity, []));
        }

        var tasks = overlaps.All(overlap => overlap.Overlap is Overlap.Disjoint or Overlap.None)
            ? "The tasks are disjoint. Spectral methods help in this case on vision models; for large language models no gain was measured."
            : "The tasks overlap, so their sum grows faster than each of them; a coefficient that suits one model alone is too large.";
        return new(
            tasks + string.Create(CultureInfo.InvariantCulture, $" At the scale of language models the coefficient matters most: start at {start:0.##}, where the merged task vector is as long as the models' are on average, and choose it by scores on validation data."),
            new(Suggestion.TaskArithmetic, start, Density: null, LayersOf(sums, start)));
    }

    // one coefficient for each layer, where they differ by more than the two digits of advice
    private static ImmutableArray<double> LayersOf(AnalysisSums sums, double start)
    {
        ImmutableArray<(int Layer, double Rule)> layers = [.. sums.Layers.Select(layer => (layer.Layer, NormRule(layer.Sums.Sums, sums.Plan.Models.Length)))];
        var isCounted = layers.Length > 1 && layers.Select((layer, index) => layer.Layer == index).All(isNext => isNext);
        return isCounted && layers.Max(layer => Math.Abs(layer.Rule - start)) > Apart ? [.. layers.Select(layer => Math.Round(layer.Rule, 2))] : [];
    }

    /// <summary>The coefficient that makes the sum of the task vectors as long as one of them is on average: mean ‖τ‖ / ‖Σ τ‖.</summary>
    public static double NormRule(VectorSums sums, int vectors)
    {
        var squares = Enumerable.Range(0, vectors).Sum(i => sums.Vectors[i].Squares)
            + (2 * AnalysisSums.PairsOf([.. Enumerable.Range(0, vectors)], withMerged: false).Sum(pair => sums.Pairs[VectorSums.IndexOf(pair.A, pair.B)].Products));
        var mean = Enumerable.Range(0, vectors).Average(i => Math.Sqrt(sums.Vectors[i].Squares));
        return squares > 0 ? mean / Math.Sqrt(squares) : 1;
    }
}
