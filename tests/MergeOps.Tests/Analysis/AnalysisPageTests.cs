using MergeOps.Analysis.Figures;
using Xunit;

namespace MergeOps.Tests.Analysis;

public sealed class AnalysisPageTests
{
    [Fact]
    public void The_page_explains_every_figure_in_the_words_of_the_code()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Analysis", "Analysis.md"));

        var rows = VectorFigure.All.Select(figure => (figure.Name, figure.Meaning)).Concat(PairFigure.All.Select(figure => (figure.Name, figure.Meaning)));
        Assert.All(rows, row => Assert.Contains($"| `{row.Name}` | {row.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |", page, StringComparison.Ordinal));
    }
}
