using MergeOps.Cli.Rendering;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class EvaluationScreenTests
{
    private static readonly EvaluationView View = new(
        new EvaluationTable(
            ["model", .. Enumerable.Repeat(new TableCell(["comparatives", "n = 120 in 20 groups"]), 4), new TableCell(["stories", "out of domain"])],
            [
                new TableRow(ModelRole.Average,
                [
                    new TableCell(["average", "plain average"]),
                    .. Enumerable.Repeat(new TableCell(["100.0 % (96.9–100.0)", "100.0 % of expert", "loss 0.015"]), 4),
                    "loss 0.337",
                ]),
            ],
            []),
        ["mean.accuracy against base (base): +91.4 points"],
        []);

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void No_number_is_broken_at_any_usual_width(int width)
    {
        var lines = Shown(new ScreenTraits(OutputIsTerminal: true, ErrorIsTerminal: true, HasColour: false, width));

        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(lines, line => line.Split("(96.9–100.0)").Length == 5);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(60)]
    public void Where_no_table_fits_it_is_a_list(int width)
    {
        var lines = Shown(new ScreenTraits(OutputIsTerminal: true, ErrorIsTerminal: true, HasColour: false, width));

        Assert.Contains("average, plain average", lines);
        Assert.Equal(4, lines.Count(line => line == "  comparatives: 100.0 % (96.9–100.0), 100.0 % of expert, loss 0.015"));
        Assert.Contains("  stories: loss 0.337", lines);
    }

    [Fact]
    public void Where_nobody_looks_the_table_is_plain_and_as_wide_as_it_needs() =>
        Assert.Contains(Shown(ScreenTraits.Redirected), line => line.StartsWith("| average ", StringComparison.Ordinal) && line.EndsWith(" loss 0.337 |", StringComparison.Ordinal));

    private static string[] Shown(ScreenTraits traits)
    {
        using var output = new StringWriter { NewLine = "\n" };
        EvaluationScreen.Write(View, new Screen(output, TextWriter.Null, traits, TestEnvironment.OfThisProcess));
        return output.ToString().Replace("\e[1m", "", StringComparison.Ordinal).Replace("\e[0m", "", StringComparison.Ordinal).Split('\n');
    }
}
