using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Reports;

public sealed class EvaluationCsvTests : IDisposable
{
    private readonly SmallEvaluation small = new();

    public void Dispose() => small.Dispose();

    [Fact]
    public void Each_figure_of_each_model_is_a_line_with_its_interval()
    {
        var lines = Lines(Family());

        // five models; three metrics of two tasks and their mean, and the loss of a text
        Assert.Equal(1 + (5 * 10), lines.Length);
        Assert.Equal("model,role,subject,metric,value,lower,upper,items,groups", lines[0]);
        // binom.test(18, 20) of R
        Assert.Contains("\"small\",merged,\"sums\",\"accuracy\",0.9,0.683017,0.987651,20,20", lines);
    }

    [Fact]
    public void What_is_not_measured_is_empty() =>
        Assert.Contains("\"small\",merged,\"sums\",\"accuracy\",,,,,", Lines(WithoutForwardPass(ModelRole.Merged, "small")));

    [Theory]
    [InlineData("a \"b\",c", "\"a \"\"b\"\",c\"")]
    [InlineData("=HYPERLINK(1)", "\"'=HYPERLINK(1)\"")]
    [InlineData("@sum", "\"'@sum\"")]
    public void A_name_stays_a_name(string name, string cell) =>
        Assert.StartsWith(cell + ",merged,", Lines(Model(ModelRole.Merged, name, null, 1, 1))[1], StringComparison.Ordinal);

    private string[] Lines(params MergeOps.Evaluation.Scoring.ModelUnderTest[] models) =>
        new EvaluationCsv().Text(small.Evaluate(Recipe(), models)).TrimEnd().Split("\r\n");
}
