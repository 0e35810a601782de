using System.Globalization;
using System.Text;
using GateCoverage;

// Measures on simulated models whose truth is known how often the program's intervals hold it and its gates pass what they
// should not, and writes the tables into the gates' page. Run from the repository's root, on demand (minutes):
// dotnet run -c Release --project build/GateCoverage [-- FILE]
const string Begin = "<!-- measured by build/GateCoverage -->";
const string End = "<!-- end -->";

var page = args is [var chosen] ? chosen : Path.Combine("src", "MergeOps", "Evaluation", "Gates", "Gates.md");
var text = new StringBuilder(Begin).Append('\n');
text.Append(CultureInfo.InvariantCulture, $"\nIn percent of {Tally.Trials:N0} simulated trials a cell; their standard error is 0.2 near 95, 0.16 near 2.5 and 0.5 near 50.\n");
foreach (var (title, head, rows) in Tables.All)
{
    Console.WriteLine(title);
    var lines = new string[rows.Length];
    Parallel.For(0, rows.Length, row =>
    {
        lines[row] = rows[row]();
        Console.WriteLine(lines[row]);
    });
    text.Append(CultureInfo.InvariantCulture, $"\n**{title}**\n\n{head}\n|{string.Concat(Enumerable.Repeat(" ---: |", head.Count(c => c == '|') - 1))}\n");
    text.AppendJoin('\n', lines).Append('\n');
}

var written = File.ReadAllText(page);
var (from, to) = (written.IndexOf(Begin, StringComparison.Ordinal), written.IndexOf(End, StringComparison.Ordinal));
File.WriteAllText(page, $"{written[..from]}{text}\n{written[to..]}");
