using System.Collections.Immutable;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Verdicts;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Analysis.Gates;

/// <summary>What a gate can ask of the models of a recipe before they are merged.</summary>
/// <param name="Name">The name, as gates write it after <c>analysis.</c></param>
/// <param name="Meaning">What it is, in a phrase.</param>
/// <param name="Lowest">The smallest value that it can have.</param>
/// <param name="UsualMin">The bound of a gate that gives none; null where a gate must.</param>
/// <param name="IsWithBase">Whether each model is compared with the base, where there is one, instead of with the others.</param>
/// <param name="Of">The figure of two vectors; of a vector and the base where the second is -1.</param>
internal sealed record ModelsMetric(string Name, string Meaning, double Lowest, double? UsualMin, bool IsWithBase, Func<AnalysisSums, int, int, Measured> Of)
{
    /// <summary>The largest value that any of them can have.</summary>
    public const double Highest = 1;

    /// <summary>Whether the models descend from the base.</summary>
    public static ModelsMetric Related { get; } = new(
        "related",
        "median cosine of the weight matrices of a model and the base; of two models without a base",
        -1,
        Descent.RelatedFrom,
        IsWithBase: true,
        (sums, a, b) => (b < 0 ? Descent.FromBase(sums, a) : Descent.Between(sums, a, b)) is not { } descent
            ? Measured.Missing("the models have no weight matrices other than embeddings")
            : descent.SampleInterval is { } interval
                ? Measured.Of(new(descent.Median, interval), sample: null)
                : Measured.Exactly(descent.Median));

    /// <summary>All of them.</summary>
    public static ImmutableArray<ModelsMetric> All { get; } = [Related, Figure(PairFigure.Cosine, lowest: -1), Figure(PairFigure.SignConflict, lowest: 0)];

    /// <summary>As gates write it.</summary>
    public string FullName => $"{GateSettings.Analysis}.{Name}";

    private static ModelsMetric Figure(PairFigure figure, double lowest) => new(figure.Name, figure.Meaning, lowest, UsualMin: null, IsWithBase: false, (sums, a, b) =>
    {
        var total = sums.Total;
        var value = figure.Of(total.Sums, a, b)!.Value;
        return total.IntervalOf(of => figure.Of(of, a, b)) is { } interval ? Measured.Of(new(value, interval), sample: null) : Measured.Exactly(value);
    });
}
