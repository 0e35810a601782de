using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;

namespace MergeOps.Evaluation.Reports;

/// <summary>A cell of one line or more; raw text, escaped by whoever prints it.</summary>
internal sealed record TableCell(ImmutableArray<string> Lines)
{
    public static implicit operator TableCell(string line) => new([line]);
}

/// <summary>One model's row; its first cell names the model.</summary>
internal sealed record TableRow(ModelRole Role, ImmutableArray<TableCell> Cells);

/// <summary>
/// The table that every report shows: a row for each model, a column for each task with a line for each of its
/// metrics, one for the mean of the tasks, one for each text, one for each score of another harness. Holds no
/// formatting and no escapes.
/// </summary>
/// <param name="Header">The columns' heads; the first column names the models and is the only one that is text.</param>
/// <param name="Rows">As many cells in each as in the header.</param>
/// <param name="Notes">A line for each model that is not evaluated, for how models were asked, and for each score of another harness.</param>
internal sealed record EvaluationTable(ImmutableArray<TableCell> Header, ImmutableArray<TableRow> Rows, ImmutableArray<string> Notes)
{
    /// <summary>Lays a report out.</summary>
    public static EvaluationTable Of(EvaluationReport report)
    {
        string[] tasks = [.. report.Data.Tasks.Select(task => task.Name), .. report.Data.Tasks.IsEmpty ? [] : new[] { Figure.Mean }];
        return new(
            [
                "model",
                .. tasks.Select(task => new TableCell([task, ReportText.CountOf([.. TasksOf(report, task)])])),
                .. report.Data.Texts.Select(text => new TableCell([text.Name, "out of domain"])),
                .. report.External.Select(external => new TableCell([external.Figure.Subject, external.Figure.Metric.Name])),
            ],
            [.. report.Models.Select(model => Row(model, tasks, report))],
            [
                .. report.Models
                    .Select(model => model.Result)
                    .Where(result => result.WhyNot is not null)
                    .Select(result => $"{result.Name} is not evaluated: {result.WhyNot}"),
                .. report.Models.SelectMany(model => model.Result.LacksOf(report.Data.Subjects).Select(lack => $"{model.Result.Name} is not evaluated on {lack}")),
                .. report.Notes.Where(note => note.Code == Codes.ReindexNeeded).Select(note => note.Detail),
                .. report.Data.Tasks.Index().SelectMany(task => ConditionNotes(report, task.Item.Name, task.Index)),
                .. report.Models.SelectMany(model => report.External.Select(external => ExternalNote(model, external))).OfType<string>(),
            ]);
    }

    private static IEnumerable<string> ConditionNotes(EvaluationReport report, string task, int index)
    {
        var same = report.Models
            .Select(model => (model.Result.Name, model.Result.On(index)?.Conditions))
            .Where(model => model.Conditions is not null)
            .GroupBy(model => model.Conditions)
            .ToList();
        return same.Select(group => $"{task}{(same.Count == 1 ? "" : $" of {string.Join(", ", group.Select(model => model.Name))}")}: {group.Key}");
    }

    private static TableRow Row(ModelReport model, string[] tasks, EvaluationReport report) => new(
        model.Result.Role,
        [
            new([model.Result.Name, ReportText.Role(model.Result)]),
            .. tasks.Select(task => model.Result.WhyNot is null && Cell(model, task, report) is { Lines.IsEmpty: false } cell ? cell : "not evaluated"),
            .. report.Data.Texts.Select(text => Cell(model, text.Name, report)),
            .. report.External.Select(external => (TableCell)ReportText.External(model.Result.External.GetValueOrDefault(external.Figure))),
        ]);

    private static string? ExternalNote(ModelReport model, ExternalMetric external) => model.Result.External.GetValueOrDefault(external.Figure) switch
    {
        null => null,
        { Figure.WhyNot: { } whyNot } => $"{external.Figure} of {model.Result.Name} has no value: {whyNot}",
        var score => $"{external.Figure} of {model.Result.Name}: {string.Join(", ", new[] { score.Conditions, score.Scorer }.Where(part => part.Length > 0))}",
    };

    private static TableCell Cell(ModelReport model, string subject, EvaluationReport report) => new(
        [.. report.Figures.Where(figure => figure.Subject == subject).Select(figure => figure.Metric.Line(model.Figures[figure])).OfType<string>()]);

    private static IEnumerable<Subject> TasksOf(EvaluationReport report, string task) =>
        report.Data.Tasks.Where(data => task == Figure.Mean || data.Name == task);
}
