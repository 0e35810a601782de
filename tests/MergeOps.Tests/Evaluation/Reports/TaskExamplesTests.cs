using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Reports;

/// <summary>The merged model answers the first 18 sums of 20 and the first 17 reversals; the base the first 2 of each.</summary>
public sealed class TaskExamplesTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void Each_task_shows_three_right_three_wrong_and_three_that_changed()
    {
        var examples = TaskExamples.Of(small.Evaluate(Recipe(), Family())).ToList();

        Assert.Equal(["sums", "reversal"], examples.Select(task => task.Task));
        Assert.Equal("base", examples[0].Other!.Name);
        Assert.Equal([("Right", 18), ("Wrong", 2), ("Changed", 16)], examples[0].Groups.Select(group => (group.Title, group.Count)));
        // spread over the task, and as many as there are
        Assert.Equal(["sums 1", "sums 9", "sums 18"], Asked(examples[0].Groups[0]));
        Assert.Equal(["sums 19", "sums 20"], Asked(examples[0].Groups[1]));
        Assert.Equal(["sums 3", "sums 10", "sums 18"], Asked(examples[0].Groups[2]));
        Assert.All(examples[0].Groups[2].Examples, example => Assert.Equal((true, false), (example.Merged.IsRight, example.Other!.IsRight)));
    }

    [Fact]
    public void The_published_version_is_compared_with_before_the_base()
    {
        var report = small.Evaluate(Recipe(), [.. Family(), Model(ModelRole.Published, "0.3.1", null, sums: 20, reversal: 17)]);

        Assert.Equal("0.3.1", TaskExamples.Of(report).First().Other!.Name);
        Assert.Equal([18, 2, 2], TaskExamples.Of(report).First().Groups.Select(group => group.Count));
    }

    [Fact]
    public void Without_another_model_nothing_has_changed_and_without_scores_there_is_nothing()
    {
        Assert.Equal(["Right", "Wrong"], TaskExamples.Of(small.Evaluate(Recipe(), Model(ModelRole.Merged, "small", null, 18, 17))).First().Groups.Select(group => group.Title));
        Assert.Empty(TaskExamples.Of(small.Evaluate(Recipe(), WithoutForwardPass(ModelRole.Merged, "other"))));
    }

    [Fact]
    public void What_a_model_answered_is_remembered_with_its_scores()
    {
        var rows = ItemScores.Of(Kind.Columns, [[1, 0.5, 2], [0, 3, 2]]).Answering(["ok", "<b>\u001b[31m"]);

        Assert.Equal(["ok", "<b>\u001b[31m"], new[] { rows.AnswerTo(0), rows.AnswerTo(1) });
        Assert.Null(ItemScores.Of(Kind.Columns, [[1, 0.5, 2]]).AnswerTo(0));
    }

    /// <summary>Test items do not leave this machine with the model: who trains on published ones would spoil them.</summary>
    [Fact]
    public void Only_the_page_shows_items()
    {
        var report = small.Evaluate(Recipe(), Family());

        Assert.Contains("sums 19", EvaluationHtml.Write(report), StringComparison.Ordinal);
        Assert.All(
            ReportFormat.All.Where(format => format is not EvaluationHtml),
            format => Assert.DoesNotContain("sums 19", format.Text(report) ?? "", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Asked(ExampleGroup group) => group.Examples.Select(example => example.Item.Asked);
}
