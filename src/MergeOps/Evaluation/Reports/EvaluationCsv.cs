using System.Globalization;
using System.Text;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Reports;

/// <summary><c>evaluation.csv</c> (RFC 4180): a line for each figure of each model. What a spreadsheet would take for a formula stays text.</summary>
internal sealed class EvaluationCsv : ReportFormat
{
    private const string LineEnd = "\r\n";

    /// <inheritdoc/>
    public override string FileName => "evaluation.csv";

    /// <inheritdoc/>
    public override string Summary => "for spreadsheets: a line for each figure of each model";

    /// <inheritdoc/>
    public override string Text(EvaluationReport report)
    {
        var text = new StringBuilder("model,role,subject,metric,value,lower,upper,items,groups").Append(LineEnd);
        foreach (var model in report.Models)
        {
            foreach (var figure in report.Figures)
            {
                text.AppendJoin(',', Cells(model.Result, figure, model.Figures[figure])).Append(LineEnd);
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Cells(ModelResult model, Figure figure, Measured measured) =>
    [
        Quoted(model.Name), EvaluationJson.Word(model.Role), Quoted(figure.Subject), Quoted(figure.Metric.Name),
        Number(measured.Value, figure), Number(measured.Interval?.Lower, figure), Number(measured.Interval?.Upper, figure),
        Number(measured.Exists ? measured.Sample?.Items : null, figure), Number(measured.Exists ? measured.Sample?.Groups : null, figure),
    ];

    private static string Number(double? value, Figure figure) =>
        value is { } known ? (Math.Round(known, figure.Metric.Decimals) + 0.0).ToString(CultureInfo.InvariantCulture) : "";

    private static string Quoted(string name)
    {
        var isFormula = name.Length > 0 && name[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n';
        return $"\"{(isFormula ? "'" : "")}{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
