using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>Says of gates that their data are too few to decide them, which is known before anything is measured.</summary>
internal static class SampleCheck
{
    /// <summary>A warning for each such gate.</summary>
    /// <param name="recipe">The recipe, as far as it could be read.</param>
    /// <param name="data">Its data, as far as they could be read.</param>
    /// <param name="catalogue">What can be measured.</param>
    /// <param name="diagnostics">Takes the warnings.</param>
    public static void Run(Recipe recipe, EvaluationData data, EvaluationCatalogue catalogue, DiagnosticBag diagnostics)
    {
        var figures = new RecipeFigures(recipe.Evaluate, catalogue);
        foreach (var gate in recipe.Gates)
        {
            if (figures.TryFind(gate.Metric.Value, out var figure)
                && (GateDecision.TooFew(SampleOf(figure, figures, recipe.Evaluate!, data)) is { } few ? $"{few}. Undecided gates fail." : BestCase(gate, figure, data)) is { } doubt)
            {
                diagnostics.Warning(Codes.GateUndecided, $"{GateCondition.Of(gate, figure)}: {doubt}", gate.Span);
            }
        }
    }

    // a bound that lies inside the interval of a model without a single mistake
    private static string? BestCase(GateSettings gate, Figure figure, EvaluationData data)
    {
        if (figure.Metric is not ShareMetric || gate is not { Min: { } min, Against: null } || data.Tasks.FirstOrDefault(task => task.Name == figure.Subject) is not { } task)
        {
            return null;
        }

        var lowest = Proportions.Share([.. Enumerable.Repeat(true, task.Items.Length)], task.Groups).Interval.Lower;
        return min.Value <= lowest || min.Value >= figure.Metric.Range.Highest ? null
            : string.Create(CultureInfo.InvariantCulture, $"the interval of a model that gets all {task.Items.Length} items right begins at {lowest:0.###}, below the 'min', so no model passes. Add items, or lower the bound. Undecided gates fail.");
    }

    // null where it is not known: scores of others, and data that could not be read
    private static SampleSize? SampleOf(Figure figure, RecipeFigures figures, EvaluationSettings settings, EvaluationData data)
    {
        var named = settings.Tasks.Select(task => task.Name.Value).Concat(settings.Texts.Select(text => text.Name.Value)).Count(name => figures.IsOf(figure, name));
        var taken = data.Subjects.Where(subject => figures.IsOf(figure, subject.Name)).Select(subject => subject.Size).ToList();
        return figure.Metric.IsScoredHere && taken.Count > 0 && taken.Count == named
            ? new(taken.Sum(size => size.Items), taken.Sum(size => size.Groups), taken[0].Unit)
            : null;
    }
}
