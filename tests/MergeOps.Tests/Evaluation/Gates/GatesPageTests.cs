using System.Globalization;
using System.Text.RegularExpressions;
using GateCoverage;
using MergeOps.Evaluation.Gates;
using MergeOps.Recipes.Declarations;
using Xunit;

namespace MergeOps.Tests.Evaluation.Gates;

/// <summary>The page of the gates says what the code does and what build/GateCoverage measured of it.</summary>
public sealed partial class GatesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps", "Evaluation", "Gates", "Gates.md"));

    [Fact]
    public void Every_row_is_there_and_those_of_twenty_items_are_what_is_measured_now()
    {
        foreach (var (title, head, rows) in Tables.All)
        {
            var table = Page[(Page.IndexOf($"**{title}**", StringComparison.Ordinal) is >= 0 and var start ? start : throw new InvalidOperationException(title))..];
            var lines = table.Split('\n')[2..];

            Assert.Equal(head, lines[0]);
            Assert.All(lines[2..(2 + rows.Length)], line => Assert.StartsWith("| ", line, StringComparison.Ordinal));
            Assert.Equal("", lines[2 + rows.Length]);
        }

        // the rows of one model, and of two with p = 0.8
        Assert.Contains(Tables.All.First().Rows[2](), Page, StringComparison.Ordinal);
        Assert.Contains(Tables.All.ElementAt(1).Rows[9](), Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_cover_from_twenty_items_on_and_gates_pass_no_more_than_they_may()
    {
        var figures = 0;
        foreach (var (title, columns, cells) in Measured().Where(row => int.Parse(row.Cells[0], CultureInfo.InvariantCulture) >= 20))
        {
            foreach (var (column, cell) in columns.Zip(cells).Where(pair => pair.Second.Contains('/', StringComparison.Ordinal)))
            {
                var numbers = cell.Split(" / ").Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToList();
                figures++;
                if (title.Contains("coverage", StringComparison.Ordinal) || column.Contains("coverage", StringComparison.Ordinal))
                {
                    Assert.True(numbers[0] >= 94 || column.StartsWith("lognormal", StringComparison.Ordinal), $"{title}, {column}: covers {cell}");
                    Assert.True(numbers[1] <= 3, $"{title}, {column}: passes {cell}");
                }
                else if (title.StartsWith("A model that is truly 5 points worse", StringComparison.Ordinal))
                {
                    Assert.True(numbers[0] <= 3, $"{title}, {column}: passes {cell}");
                }
            }
        }

        Assert.InRange(figures, 150, 400);
    }

    [Fact]
    public void A_model_ten_points_better_passes_four_times_out_of_five_with_200_unrelated_items()
    {
        var row = Measured().Single(row => row.Title.StartsWith("A model that is truly 10 points better", StringComparison.Ordinal) && row.Cells is ["200", "1", ..]);

        Assert.All(row.Cells[2..5], cell => Assert.InRange(double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture), 80, 100));
    }

    [Fact]
    public void The_page_names_the_numbers_that_decide()
    {
        Assert.Contains($"fewer than {GateDecision.LeastItems} items, or fewer than {GateDecision.LeastGroups} groups", Page, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"exceeds {GateDecision.MostSkewness},"), Page, StringComparison.Ordinal);
        Assert.Equal(4, GateDecision.SkewedReach);
        Assert.All(Baselines.All, word => Assert.Contains($"`{word}`", Page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Tasks")]
    [InlineData("Metrics")]
    public void The_page_links_that_of_every_kind_of_task_and_every_metric(string folder) => Assert.All(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "MergeOps", "Evaluation", folder), "*.md"),
        page => Assert.Contains($"(../{folder}/{Path.GetFileName(page)})", Page, StringComparison.Ordinal));

    private static IEnumerable<(string Title, string[] Columns, string[] Cells)> Measured()
    {
        var (title, columns) = ("", Array.Empty<string>());
        foreach (var line in Page.Split('\n').SkipWhile(line => !line.StartsWith("<!-- measured", StringComparison.Ordinal)))
        {
            if (line.StartsWith("**", StringComparison.Ordinal))
            {
                (title, columns) = (line.Trim('*'), []);
            }
            else if (line.StartsWith('|') && !Rule().IsMatch(line))
            {
                var cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries);
                if (columns.Length > 0)
                {
                    yield return (title, columns, cells);
                }
                else
                {
                    columns = cells;
                }
            }
        }
    }

    [GeneratedRegex(@"^\|[ :|-]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rule();
}
