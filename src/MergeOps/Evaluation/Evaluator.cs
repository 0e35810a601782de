using System.Collections.Frozen;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Structure;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation;

/// <summary>Measures models on a recipe's tasks and texts and decides its gates.</summary>
/// <param name="cache">Remembers scores.</param>
/// <param name="catalogue">What can be measured.</param>
internal sealed class Evaluator(ScoreCache cache, EvaluationCatalogue catalogue)
{
    /// <summary>Measures every model; those without a forward pass become rows that say so.</summary>
    /// <param name="recipe">Gives the gates and the name.</param>
    /// <param name="data">What to measure on.</param>
    /// <param name="models">The merged model and what it is compared with; parents in the recipe's order.</param>
    /// <param name="checks">What the merged files themselves show.</param>
    /// <param name="progress">Told of each model and task before it is scored.</param>
    /// <param name="cancellation">Stops between and within batches.</param>
    /// <param name="judged">Gates that were judged before the merge.</param>
    /// <param name="isFirstVersion">Whether nothing was published before the model, so that nothing can be worse than that.</param>
    public EvaluationReport Evaluate(
        Recipe recipe,
        EvaluationData data,
        IReadOnlyList<ModelUnderTest> models,
        ImmutableArray<CheckResult> checks,
        IProgress<EvaluationStep>? progress,
        CancellationToken cancellation,
        IReadOnlyDictionary<GateSettings, GateResult>? judged = null,
        bool isFirstVersion = false)
    {
        var notes = new DiagnosticBag();
        var scorer = new ModelScorer(data, cache, notes, progress);
        ImmutableArray<ModelResult> results = [.. models.OrderBy(model => model.Role).Select(model => scorer.Score(model, cancellation))];

        foreach (var result in results.Where(result => result.WhyNot is not null))
        {
            notes.Note(Codes.NotEvaluated, $"{result.Name}: {result.WhyNot}");
        }

        foreach (var (result, lack) in results.SelectMany(result => result.LacksOf(data.Subjects).Select(lack => (result, lack))))
        {
            notes.Note(Codes.NotEvaluated, $"{result.Name} on {lack}");
        }

        WarnOfConditions(data, results, notes);
        TellOfDoubts(data, results, notes);
        TellOfPublished(data, results, notes);
        var measurements = new Measurements(new(data.Subjects, results));
        var figures = new RecipeFigures(recipe.Evaluate, catalogue);
        ImmutableArray<Comparison> bySubject = [.. Comparisons(results, figures.Leading, measurements)];
        var ungated = UngatedFalls.Of(bySubject, recipe.Gates, figures);
        ungated.Tell(recipe.Evaluate, notes);
        var judge = new GateJudge(measurements, results, figures, isFirstVersion);
        return new()
        {
            Recipe = recipe.ModelName,
            Data = data,
            External = ExternalMetric.AllOf(recipe.Evaluate),
            Figures = [.. figures.All],
            Models = [.. results.Select(result => new ModelReport(result, FiguresOf(result, figures, measurements)))],
            Comparisons = [.. Comparisons(results, RecipeFigures.Headlines(data.Tasks), measurements)],
            BySubject = bySubject,
            Ungated = ungated,
            Checks = checks,
            Gates = [.. recipe.Gates.Select(gate => judged?.GetValueOrDefault(gate) ?? judge.Judge(gate))],
            Notes = [.. notes],
        };
    }

    private static void WarnOfConditions(EvaluationData data, ImmutableArray<ModelResult> results, DiagnosticBag notes)
    {
        foreach (var (index, subject) in data.Subjects.Index())
        {
            var scored = results.Where(result => result.On(index) is not null).GroupBy(result => result.On(index)!.Conditions).ToList();
            if (scored.Count > 1)
            {
                notes.Warning(
                    Codes.ConditionsDiffer,
                    $"Scored on '{subject.Name}': {string.Join("; ", scored.Select(same => $"{string.Join(", ", same.Select(result => $"'{result.Name}'"))} with {same.Key}"))}. "
                    + "Their differences reflect both the models and how they were prompted. A 'prompt' of the task is the same for all; pooling (modules.json) and the longest text (max_seq_length in sentence_bert_config.json) are each model's own.");
            }
        }
    }

    private static void TellOfDoubts(EvaluationData data, ImmutableArray<ModelResult> results, DiagnosticBag notes)
    {
        foreach (var (index, subject) in data.Tasks.Index())
        {
            foreach (var result in results)
            {
                if (result.On(index) is { } scores && ((TaskKind)subject.Kind).DoubtOf(scores) is { } doubt)
                {
                    notes.Note(Codes.AnswersCutOff, $"On '{subject.Name}', {result.Name}: {doubt}");
                }
            }
        }
    }

    private static void TellOfPublished(EvaluationData data, ImmutableArray<ModelResult> results, DiagnosticBag notes)
    {
        if (results.FirstOrDefault(result => result is { Role: ModelRole.Merged, WhyNot: null }) is not { } merged
            || results.FirstOrDefault(result => result is { Role: ModelRole.Published, WhyNot: null }) is not { } published)
        {
            return;
        }

        foreach (var (index, subject) in data.Subjects.Index())
        {
            if (merged.On(index) is { } ofMerged && published.On(index) is { } ofPublished && subject.Kind.RemarkOn(subject, ofMerged, ofPublished) is { } remark)
            {
                notes.Add(remark);
            }
        }
    }

    private static FrozenDictionary<Figure, Measured> FiguresOf(ModelResult result, RecipeFigures figures, Measurements measurements) =>
        figures.All.ToFrozenDictionary(figure => figure, figure => measurements.Of(result, figure));

    private static IEnumerable<Comparison> Comparisons(ImmutableArray<ModelResult> results, IEnumerable<Figure> figures, Measurements measurements)
    {
        if (results.FirstOrDefault(result => result.Role == ModelRole.Merged) is not { } merged)
        {
            yield break;
        }

        foreach (var figure in figures)
        {
            foreach (var against in Baselines.All)
            {
                if (measurements.Against(against, merged, figure) is (var difference, { } other))
                {
                    yield return new(figure, against, other.Name, difference)
                    {
                        // what two models have in common has no better side
                        LargerIsBetter = figure.Metric.ComparesModels ? null : figure.Metric.LargerIsBetter(merged, figure),
                    };
                }
            }
        }
    }
}
