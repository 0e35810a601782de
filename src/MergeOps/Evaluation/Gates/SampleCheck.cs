using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>Says of gates that their data are too few to decide them, which is known before anything is measured.</summary>
internal static class SampleCheck
{
    /// <summary>A warning for each such gate.</summary>
    /// <param name="recipe">The recipe, as far as it could be read.</param>
    /// <param name="data">Its data, as far as they could be read.</param>
    /// <param name="diagnostics">Takes the warnings.</param>
    public static void Run(Recipe recipe, EvaluationData data, DiagnosticBag diagnostics)
    {
        var vocabulary = new GateVocabulary(recipe.Evaluate);
        foreach (var gate in recipe.Gates)
        {
            if (vocabulary.TryFind(gate.Metric.Value, out var metric) && GateDecision.TooFew(SampleOf(metric, recipe.Evaluate!, data)) is { } few)
            {
                diagnostics.Warning(Codes.GateUndecided, $"{GateCondition.Of(gate)}: {few}. Undecided gates fail.", gate.Span);
            }
        }
    }

    // null where it is not known: scores of others, and data that could not be read
    private static SampleSize? SampleOf(Metric metric, EvaluationSettings settings, EvaluationData data)
    {
        if (data.Texts.FirstOrDefault(text => text.Name == metric.Subject) is { } text)
        {
            return new(text.Blocks.Length, text.Blocks.Length, "block");
        }

        var tasks = data.Tasks.Where(task => metric.Subject is Metric.Mean || task.Name == metric.Subject).ToList();
        var isWhole = metric.Kind is not MetricKind.External && tasks.Count == (metric.Subject is Metric.Mean ? settings.Tasks.Length : 1);
        return isWhole ? new(tasks.Sum(task => (long)task.Items.Length), tasks.Sum(task => (long)task.Groups.Count)) : null;
    }
}
