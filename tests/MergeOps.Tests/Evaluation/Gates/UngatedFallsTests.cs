using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Recipes;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Gates;

/// <summary>The merged model answers 5 sums of 20, the adder all of them: its accuracy fell by 75 points.</summary>
public sealed class UngatedFallsTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void A_task_that_fell_by_more_than_its_interval_is_told_where_no_gate_names_it()
    {
        var report = Report(Gate("reversal.accuracy", min: 0.1));

        var fall = Assert.Single(report.Ungated.Falls, fall => fall.Figure.Subject == "sums");
        Assert.Equal(("best_parent", "adder", -0.75), (fall.Against, fall.Other, fall.Difference.Value));
        var note = Assert.Single(report.Notes, note => note.Code.Id == "MOPS654" && note.Detail.StartsWith("sums.accuracy", StringComparison.Ordinal));
        Assert.Contains("−75.0 points", note.Detail, StringComparison.Ordinal);
        Assert.Contains("`sums.accuracy` | −75.0 points", EvaluationMarkdown.Write(report), StringComparison.Ordinal);
        Assert.Contains("What no gate covers", EvaluationHtml.Write(report), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sums.accuracy")]
    [InlineData("sums.loss")]
    public void A_gate_on_any_figure_of_the_task_covers_it(string metric) =>
        Assert.DoesNotContain(Report(Gate(metric, max: 1)).Ungated.Falls, fall => fall.Figure.Subject == "sums");

    [Fact]
    public void A_gate_on_the_mean_covers_no_task() =>
        Assert.Contains(Report(Gate("mean.accuracy", min: 0.1)).Ungated.Falls, fall => fall.Figure.Subject == "sums");

    /// <summary>A loss is better when it is smaller: the merged model's is 1.69 on the text and the base's 1.5.</summary>
    [Fact]
    public void A_loss_falls_where_it_grows()
    {
        var falls = Report().Ungated.Falls.Where(fall => fall.Figure.Subject == "prose").Select(fall => fall.Other);

        Assert.Equal(["base", "plain average"], falls);
    }

    [Fact]
    public void How_many_falls_chance_would_show_is_said()
    {
        var report = Report();

        // two tasks and a text, each against the best parent, the average and the base; 2.5 % of 9
        Assert.Equal(9, report.Ungated.Looked);
        Assert.Equal(0.225, report.Ungated.ByChance, 12);
        Assert.Contains("9 differences without a gate were checked; where nothing has changed, about 0.2 of them", EvaluationHtml.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_fall_nothing_is_said()
    {
        var report = small.Evaluate(Recipe(Gate("prose.loss", max: 2)), Family());

        Assert.Empty(report.Ungated.Falls);
        Assert.DoesNotContain("no gate", EvaluationMarkdown.Write(report), StringComparison.Ordinal);
    }

    private EvaluationReport Report(params GateSettings[] gates) => small.Evaluate(
        Recipe(gates),
        [.. Family().Where(model => model.Role != ModelRole.Merged), Model(ModelRole.Merged, "small", null, sums: 5, reversal: 17, textLoss: 1.6875)]);
}
