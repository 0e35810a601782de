using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>What a run leaves for later steps and for people: plans, the report, findings as SARIF, the summary. No secret gets into any of them.</summary>
/// <param name="run">The run of the workflow.</param>
/// <param name="folder">Takes the files.</param>
internal sealed class ResultFiles(WorkflowRun run, string folder)
{
    /// <summary>The report's name.</summary>
    public const string Report = "report.json";

    private const string Summary = "summary.md";
    private const string Sarif = "findings.sarif";
    private const string Plans = "plans";

    /// <summary>Writes each plan, and names them and their hash in the step's outputs.</summary>
    public void WritePlans(RecipePlans plans)
    {
        CheckedRecipe[] planned = [.. plans.Recipes.Where(recipe => recipe.Planned is not null)];
        foreach (var recipe in planned)
        {
            Write(PlanPathOf(recipe), SecretText.Redact(PlanJson.Write(recipe.Planned!.Recipe, recipe.Planned.Plan)));
        }

        if (planned is not [])
        {
            run.Outputs.Set(WorkflowOutputs.PlanPath, planned is [var only] ? PathOf(PlanPathOf(only)) : PathOf(Plans));
            var digests = planned.Select(recipe => KeyValuePair.Create(recipe.Report.Path, recipe.Planned!.Plan.Digest));
            run.Outputs.Set(WorkflowOutputs.PlanHash, PlanReport.HashOf(digests)!);
        }
    }

    /// <summary>Writes the findings as SARIF.</summary>
    public void WriteFindings(IEnumerable<Diagnostic> found) => Write(Sarif, SarifOf(found));

    /// <summary>Findings as SARIF.</summary>
    public static string SarifOf(IEnumerable<Diagnostic> found)
    {
        using var sarif = new StringWriter { NewLine = "\n" };
        DiagnosticRenderers.For("sarif").Write(found, sarif);
        return sarif.ToString();
    }

    /// <summary>Writes the report that another job may post.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">Where.</param>
    public static void WriteReport(PlanReport report, string path) => WriteTo(path, PlanReportJson.Write(report));

    /// <summary>Writes what the run's page shows, and the same as a file.</summary>
    public void WriteSummary(string markdown)
    {
        var text = SecretText.Redact(markdown);
        Write(Summary, text);
        run.Outputs.Set(WorkflowOutputs.SummaryPath, PathOf(Summary));
        if (run.SummaryPath is { } page)
        {
            StepSummary.Append(page, text);
        }
    }

    /// <summary>Adds a file of Markdown to what the run's page shows, if it is there.</summary>
    public void AddToSummary(string path)
    {
        if (run.SummaryPath is { } page && File.Exists(path))
        {
            StepSummary.Append(page, $"{SecretText.Redact(PlainFile.ReadText(path))}\n");
        }
    }

    private static string PlanPathOf(CheckedRecipe recipe) => $"{Plans}/{recipe.Report.Path}.plan.json";

    private string PathOf(string name) => Path.GetFullPath(Path.Combine(folder, name));

    private void Write(string name, string text) => WriteTo(PathOf(name), text);

    private static void WriteTo(string path, string text)
    {
        DurableFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        DurableFile.WriteNamed(path, Encoding.UTF8.GetBytes(SecretText.Redact(text)));
    }
}
