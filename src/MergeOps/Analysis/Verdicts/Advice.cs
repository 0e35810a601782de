using System.Globalization;
using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Verdicts;

/// <summary>What to try first, as a part of a recipe, with the reason.</summary>
/// <param name="Why">One or more sentences.</param>
/// <param name="Fragment">YAML; null where nothing should be merged.</param>
internal sealed record Advice(string Why, string? Fragment)
{
    /// <summary>From the verdicts of an analysis.</summary>
    public static Advice Of(AnalysisSums sums, IReadOnlyList<Descent?> descents, IReadOnlyList<TaskOverlap> overlaps)
    {
        if (descents.Any(descent => descent?.Relation is Relation.Unrelated))
        {
            return new(
                "Do not merge the unrelated model by its weights: the same neuron means something else in each model, and every method here averages neuron by neuron. Name the base that it was trained from, or leave it out.", null);
        }

        if (sums.Plan.Base is null)
        {
            return new("Name a 'base_model' to see what each model learned on top of it; without one, only the weights themselves can be compared.", null);
        }

        if (sums.Plan.Models.Length < 2)
        {
            return new("There is one task vector. Its coefficient decides how much of it the result has; choose it by scores.", RecipeOf(1));
        }

        var start = NormRule(sums.Total.Sums, sums.Plan.Models.Length);
        var tasks = overlaps.All(overlap => overlap.Overlap is Overlap.Disjoint)
            ? "The tasks are disjoint. Spectral methods help in this case on vision models; for large language models no gain was measured."
            : overlaps.Any(overlap => overlap.Overlap is Overlap.Opposed)
                ? "Some task vectors point apart. Compare with 'ties' at a density of 0.2 to 0.3, which settles each weight's sign before it sums."
                : "The tasks overlap, so their sum grows faster than each of them; a coefficient that suits one model alone is too large.";
        return new(
            tasks + string.Create(CultureInfo.InvariantCulture, $" At the scale of language models the coefficient matters most: begin at {start:0.##}, where the merged task vector is as long as the models' are on average, and choose it by scores on validation data."),
            RecipeOf(start));
    }

    /// <summary>The coefficient that makes the sum of the task vectors as long as one of them is on average: mean ‖τ‖ / ‖Σ τ‖.</summary>
    public static double NormRule(VectorSums sums, int vectors)
    {
        var squares = Enumerable.Range(0, vectors).Sum(i => sums.Vectors[i].Squares)
            + (2 * AnalysisSums.PairsOf([.. Enumerable.Range(0, vectors)], withMerged: false).Sum(pair => sums.Pairs[VectorSums.IndexOf(pair.A, pair.B)].Products));
        var mean = Enumerable.Range(0, vectors).Average(i => Math.Sqrt(sums.Vectors[i].Squares));
        return squares > 0 ? mean / Math.Sqrt(squares) : 1;
    }

    private static string RecipeOf(double lambda) => string.Create(CultureInfo.InvariantCulture, $"merge_method: task_arithmetic\nparameters:\n  lambda: {lambda:0.##}\n");
}
