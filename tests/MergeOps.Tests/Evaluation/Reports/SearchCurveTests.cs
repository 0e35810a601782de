using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.Reports;

public sealed class SearchCurveTests
{
    private static readonly SearchCurve Curve = new()
    {
        Objective = "mean.accuracy",
        LargerIsBetter = true,
        IsShare = true,
        Searcher = "golden",
        Parameters = ["lambda", "weight of past"],
        Points =
        [
            new([0.382, 1], 0.5, new(0.25, 0.75)),
            new([0.618, 1], 0.7875, null),
            new([1, 0.5], null, null),
        ],
        Chosen = 1,
    };

    [Fact]
    public void A_point_is_read_with_its_interval()
    {
        Assert.Equal("50.0 % (25.0–75.0)", ReportText.Score(Curve, Curve.Points[0]));
        Assert.Equal("78.8 %", ReportText.Score(Curve, Curve.ChosenPoint));
        Assert.Equal("–", ReportText.Score(Curve, Curve.Points[2]));
        Assert.Equal("0.5000 (0.2500–0.7500)", ReportText.Score(Curve with { IsShare = false }, Curve.Points[0]));
    }

    [Fact]
    public void The_pull_request_and_the_card_show_every_point_and_mark_the_chosen_one()
    {
        using var evaluation = new SmallEvaluation();

        var text = EvaluationMarkdown.Write(evaluation.Evaluate(SmallEvaluation.Recipe(), SmallEvaluation.Family()) with { Curve = Curve });

        Assert.Contains("""
            Numbers chosen on validation items by `golden`:

            | `lambda` | `weight of past` | `mean.accuracy` |
            | ---: | ---: | ---: |
            | 0.382 | 1 | 50.0 % (25.0–75.0) |
            | **0.618** | **1** | **78.8 %** |
            | 1 | 0.5 | – |

            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
    }
}
