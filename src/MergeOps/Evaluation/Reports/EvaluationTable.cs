using System.Collections.Immutable;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary>A cell of one line or more; raw text, escaped by whoever prints it.</summary>
internal sealed record TableCell(ImmutableArray<string> Lines)
{
    public static implicit operator TableCell(string line) => new([line]);
}

/// <summary>One model's row; its first cell names the model.</summary>
internal sealed record TableRow(ModelRole Role, ImmutableArray<TableCell> Cells);

/// <summary>
/// The table that every report shows: a row for each model, a column for each task (accuracy with its interval, share of the
/// expert's, loss), one for the mean of the tasks, one for each text's loss, one for each score of another harness. Holds no
/// formatting and no escapes.
/// </summary>
/// <param name="Header">The columns' heads; the first column names the models and is the only one that is text.</param>
/// <param name="Rows">As many cells in each as in the header.</param>
/// <param name="Notes">A line for each model that is not evaluated, and for each score of another harness.</param>
internal sealed record EvaluationTable(ImmutableArray<TableCell> Header, ImmutableArray<TableRow> Rows, ImmutableArray<string> Notes)
{
    /// <summary>Lays a report out.</summary>
    public static EvaluationTable Of(EvaluationReport report)
    {
        string[] tasks = [.. report.Data.Tasks.Select(task => task.Name), .. report.Data.Tasks.IsEmpty ? [] : new[] { Metric.Mean }];
        return new(
            [
                "model",
                .. tasks.Select(task => new TableCell([task, CountOf(report, task)])),
                .. report.Data.Texts.Select(text => new TableCell([text.Name, "out of domain"])),
                .. report.External.Select(external => new TableCell([external.Metric.Subject, external.Metric.Name])),
            ],
            [.. report.Models.Select(model => Row(model, tasks, report))],
            [
                .. report.Models
                    .Select(model => model.Result)
                    .Where(result => result.WhyNot is not null)
                    .Select(result => $"{result.Name} is not evaluated: {result.WhyNot}"),
                .. report.Models.SelectMany(model => report.External.Select(external => ExternalNote(model, external))).OfType<string>(),
            ]);
    }

    private static TableRow Row(ModelReport model, string[] tasks, EvaluationReport report) => new(
        model.Result.Role,
        [
            new([model.Result.Name, FigureText.Role(model.Result)]),
            .. tasks.Select(task => model.Result.WhyNot is null ? TaskCell(model, task) : "not evaluated"),
            .. report.Data.Texts.Select(text => (TableCell)$"loss {FigureText.Loss(model.Figures[new(text.Name, MetricKind.Loss)])}"),
            .. report.External.Select(external => (TableCell)FigureText.External(model.Result.External.GetValueOrDefault(external.Metric))),
        ]);

    private static string? ExternalNote(ModelReport model, ExternalMetric external) => model.Result.External.GetValueOrDefault(external.Metric) switch
    {
        null => null,
        { Figure.WhyNot: { } whyNot } => $"{external.Metric} of {model.Result.Name} has no value: {whyNot}",
        var score => $"{external.Metric} of {model.Result.Name}: {string.Join(", ", new[] { score.Conditions, score.Scorer }.Where(part => part.Length > 0))}",
    };

    private static TableCell TaskCell(ModelReport model, string task)
    {
        var share = model.Figures[new(task, MetricKind.ExpertShare)];
        return new(
        [
            FigureText.PercentWithInterval(model.Figures[new(task, MetricKind.Accuracy)]),
            .. share.Exists ? [$"{FigureText.Percent(share.Value.Value)} of expert"] : Array.Empty<string>(),
            $"loss {FigureText.Loss(model.Figures[new(task, MetricKind.Loss)])}",
        ]);
    }

    private static string CountOf(EvaluationReport report, string task) =>
        $"n = {TasksOf(report, task).Sum(data => data.Items.Length)}"
        + (TasksOf(report, task).Any(data => data.Groups.Count < data.Items.Length) ? $" in {TasksOf(report, task).Sum(data => data.Groups.Count)} groups" : "");

    private static IEnumerable<TaskData> TasksOf(EvaluationReport report, string task) =>
        report.Data.Tasks.Where(data => task == Metric.Mean || data.Name == task);
}
