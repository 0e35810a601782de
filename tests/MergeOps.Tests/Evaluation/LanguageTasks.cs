using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using Xunit;

namespace MergeOps.Tests.Evaluation;

/// <summary>Tasks as a recipe sets them up, on items that are given as lines of their data.</summary>
internal static class LanguageTasks
{
    /// <summary>A kind with the values of its keys.</summary>
    public static TaskKind Kind(string name, params (string Key, object Value)[] values)
    {
        var span = new SourceSpan("recipe.yml", 1, 1, 1, 1);
        var kind = EvaluationCatalogue.Default.Tasks.Single(known => known.Name == name);
        return TaskKind.Of(new TaskSettings(new("task", span), (IRecipePlugIn)kind, new("task.jsonl", span), null, span)
        {
            Values = new(values.ToImmutableDictionary(value => value.Key, value => new Located<object>(value.Value, span))),
        });
    }

    /// <summary>A task of lines.</summary>
    public static Subject Task(TaskKind kind, params string[] lines) =>
        new("task", kind, [.. lines.Select(line => new TaskRowReader(kind).Read(System.Text.Encoding.UTF8.GetBytes(line)) is ({ } item, _) ? item : throw new InvalidOperationException(line))], "digest");

    /// <summary>A model's scores.</summary>
    public static MergeOps.Evaluation.Scores.ItemScores Scores(this Subject task, ILanguageModel model) =>
        task.Complete(task.Kind.Score(model, task.Items, TestContext.Current.CancellationToken));

    /// <summary>The figure of a metric, or its difference to another model's.</summary>
    public static Part Figure(this Subject task, string metric, ILanguageModel model, ILanguageModel? other = null) =>
        task.Kind.Metrics.OfType<ItemMetric>().Single(known => known.Name == metric).Of(new(task, task.Scores(model), other is null ? null : task.Scores(other)));
}
