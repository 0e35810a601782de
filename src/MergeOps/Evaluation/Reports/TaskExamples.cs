using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary>What a model made of an item.</summary>
/// <param name="IsRight">Whether that counts as answered.</param>
/// <param name="Text">What it answered; null where the kind of task does not tell.</param>
internal sealed record ExampleAnswer(bool IsRight, string? Text);

/// <summary>An item with the answers of the merged model and of the one that it is compared with.</summary>
internal sealed record ItemExample(ShownItem Item, ExampleAnswer Merged, ExampleAnswer? Other);

/// <summary>A few items of one task that show what the figures stand for: right ones, wrong ones, and ones on which the merged model differs from an earlier one.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Other">The model that is compared with: the published version, else the base; null when neither has scores.</param>
/// <param name="Groups">The three sorts with their numbers of items and a few of each, evenly taken from the whole task.</param>
internal sealed record TaskExamples(string Task, ModelResult? Other, ImmutableArray<ExampleGroup> Groups)
{
    /// <summary>So many items of each sort are shown.</summary>
    private const int Shown = 3;

    /// <summary>The examples of each task whose items are right or wrong; none without scores of the merged model.</summary>
    public static IEnumerable<TaskExamples> Of(EvaluationReport report)
    {
        var scored = report.Models.Select(model => model.Result).Where(model => model.WhyNot is null).ToList();
        if (scored.Find(model => model.Role == ModelRole.Merged) is not { } merged)
        {
            yield break;
        }

        var other = scored.Find(model => model.Role == ModelRole.Published) ?? scored.Find(model => model.Role == ModelRole.Base);
        foreach (var (index, task) in report.Data.Tasks.Index())
        {
            if (task.Kind.Answers is { } flag && merged.On(index) is { } ofMerged && task.Kind.Show(task.Items[0]) is not null)
            {
                yield return Of(task, flag, ofMerged, other?.On(index) is null ? null : other, other?.On(index));
            }
        }
    }

    private static TaskExamples Of(Subject task, ScoreColumn flag, ItemScores merged, ModelResult? other, ItemScores? others)
    {
        var right = merged.Flags(flag);
        var before = others?.Flags(flag);
        var items = Enumerable.Range(0, task.Items.Length).ToList();
        return new(task.Name, other,
        [
            Group("Right", items.FindAll(item => right[item])),
            Group("Wrong", items.FindAll(item => !right[item])),
            .. before is null ? [] : new[] { Group("Changed", items.FindAll(item => right[item] != before[item])) },
        ]);

        ExampleGroup Group(string title, List<int> found) => new(title, found.Count, [.. Evenly(found).Select(item => new ItemExample(
            task.Kind.Show(task.Items[item])!,
            new(right[item], merged.AnswerTo(item)),
            before is null ? null : new(before[item], others!.AnswerTo(item))))]);
    }

    // the first, the last and the middle one, so that a file that is sorted is seen whole
    private static IEnumerable<int> Evenly(List<int> items) => items.Count <= Shown
        ? items
        : Enumerable.Range(0, Shown).Select(index => items[index * (items.Count - 1) / (Shown - 1)]);
}

/// <summary>Items of one sort.</summary>
/// <param name="Title">What they have in common.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Examples">A few of them.</param>
internal sealed record ExampleGroup(string Title, int Count, ImmutableArray<ItemExample> Examples);
