using System.Globalization;
using System.Text;
using MergeOps.Methods.Contract;

namespace MergeOps.Evaluation.Contract;

/// <summary>The pages of one sort of plug-in: the Markdown files that lie beside their code, carried in the library.</summary>
/// <param name="folder">The folder of the code and, in lower case, of the pages.</param>
internal sealed class EvaluationPage(string folder)
{
    private const string FactsStart = "<!-- facts, generated from the declarations -->\n";
    private const string FactsEnd = "<!-- /facts -->\n";

    private readonly PlugInFolder plugIns = new($"{nameof(Evaluation)}/{folder}");

    /// <summary>Of the kinds of tasks.</summary>
    public static EvaluationPage Tasks { get; } = new(nameof(Tasks));

    /// <summary>Of the metrics.</summary>
    public static EvaluationPage Metrics { get; } = new(nameof(Metrics));

    /// <summary>Of the reports.</summary>
    public static EvaluationPage Reports { get; } = new(nameof(Reports));

    /// <summary>One of each class that has a page.</summary>
    public IEnumerable<T> Instances<T>() => plugIns.Instances<T>();

    /// <summary>The page's file as it is.</summary>
    public string Source(object plugIn) => plugIns.PageOf(plugIn);

    /// <summary>What the page's file should hold: its text, with what the declaration says between the markers made anew.</summary>
    /// <exception cref="InvalidOperationException">There is no page, or it has no place for that.</exception>
    public string Renewed(object plugIn, string facts)
    {
        var source = Source(plugIn);
        var start = source.IndexOf(FactsStart, StringComparison.Ordinal) + FactsStart.Length;
        var end = source.IndexOf(FactsEnd, StringComparison.Ordinal);
        return start < FactsStart.Length || end < start
            ? throw new InvalidOperationException($"the page of {plugIn.GetType().Name} has no place for its facts")
            : source[..start] + "\n" + facts + "\n" + source[end..];
    }

    /// <summary>What a metric's declaration says.</summary>
    public static string FactsOf(ItemMetric metric)
    {
        var (lowest, highest) = metric.Range;
        return Table(
            [$"`{metric.Name}`", metric.Summary],
            ["range", double.IsFinite(highest) ? string.Create(CultureInfo.InvariantCulture, $"{lowest} to {highest}") : string.Create(CultureInfo.InvariantCulture, $"from {lowest}")],
            ["better", metric.HigherIsBetter ? "larger" : "smaller"],
            ["95 % interval", metric.Interval],
            ["decimals in evaluation.json", metric.Decimals.ToString(CultureInfo.InvariantCulture)]);
    }

    /// <summary>What a kind's declaration says: the keys of a line of its data, its own metrics, and what others are computed from.</summary>
    public static string FactsOf(TaskKind kind) =>
        Table(
            ["key of a line", ""],
            [.. kind.Row.Append(RowKey.Group).Select(key => new[] { $"`{key.Name}`{(key.IsRequired ? "" : ", optional")}", key.Help })])
        + (kind.Keys.IsEmpty ? "" : "\n" + Table(["key of a task", ""], [.. kind.Keys.Select(key => new[] { $"`{key.Name}`", key.Help })]))
        + "\n"
        + Table(["metric of its own", ""], [.. kind.Metrics.Select(metric => new[] { $"`TASK.{metric.Name}`", metric.Summary })])
        + (kind.Columns.IsEmpty ? "\nScoring gives each item a vector.\n"
            : $"\nScores of an item, from which other metrics are computed: {string.Join(", ", kind.Columns.Select(column => $"`{column.Name}`"))}.\n");

    /// <summary>What the declaration of a plug-in says that has a name and a line about it, and nothing else.</summary>
    public static string FactsOf(string name, string summary) => Table([$"`{name}`", summary]);

    private static string Table(string[] head, params string[][] rows)
    {
        var text = new StringBuilder();
        foreach (var row in new[] { head, [.. head.Select(_ => "---")] }.Concat(rows))
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        return text.ToString();
    }
}
