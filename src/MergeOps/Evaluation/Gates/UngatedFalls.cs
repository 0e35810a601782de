using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Intervals;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>
/// What no gate covers: tasks and texts on which the merged model is worse than another one by more than the interval, while no
/// gate names them. A gate on the mean does not count, since a mean can stand while a task falls.
/// </summary>
/// <param name="Falls">In the order of the tasks and texts.</param>
/// <param name="Looked">How many differences were looked at.</param>
internal sealed record UngatedFalls(ImmutableArray<Comparison> Falls, int Looked)
{
    /// <summary>Nothing was looked at.</summary>
    public static UngatedFalls None { get; } = new([], 0);

    /// <summary>How many of so many differences seem to be falls where nothing has changed.</summary>
    public double ByChance => Looked * Interval.Tail;

    /// <summary>Finds them.</summary>
    /// <param name="comparisons">The differences by task and text.</param>
    /// <param name="gates">The recipe's.</param>
    /// <param name="figures">What gates name.</param>
    public static UngatedFalls Of(IEnumerable<Comparison> comparisons, IEnumerable<GateSettings> gates, RecipeFigures figures)
    {
        var gated = gates
            .Select(gate => figures.TryFind(gate.Metric.Value, out var figure) ? figure.Subject : null)
            .ToHashSet(StringComparer.Ordinal);
        List<Comparison> looked = [.. comparisons.Where(comparison => !gated.Contains(comparison.Figure.Subject) && comparison is { Figure.Metric.ComparesModels: false, Difference.Interval: not null })];
        return new([.. looked.Where(comparison => comparison.IsFall).DistinctBy(fall => (fall.Figure, fall.Other))], looked.Count);
    }

    /// <summary>A note for each task, text and score, where the recipe names it.</summary>
    public void Tell(EvaluationSettings? settings, DiagnosticBag notes)
    {
        foreach (var ofSubject in Falls.GroupBy(fall => fall.Figure))
        {
            notes.Note(
                Codes.FallWithoutGate,
                $"{ofSubject.Key}: {string.Join("; ", ofSubject.Select(Words))}. Add a gate that says how much of it may be lost, such as 'not_worse_than' with a 'margin'.",
                settings is null ? null : PlaceOf(ofSubject.Key.Subject, settings));
        }
    }

    private static SourceSpan PlaceOf(string subject, EvaluationSettings settings) =>
        settings.Tasks.Select(task => task.Name).Concat(settings.Texts.Select(text => text.Name)).Concat(settings.External.Select(external => external.Name))
            .FirstOrDefault(name => name.Value == subject)?.Span ?? settings.Span;

    private static string Words(Comparison fall) => $"{fall.Figure.Metric.Difference(fall.Difference)} against {fall.Against} ({fall.Other})";
}
