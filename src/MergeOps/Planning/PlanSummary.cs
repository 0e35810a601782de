using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>A plan for people: what goes in, what is done to which tensors, what comes out.</summary>
internal static class PlanSummary
{
    /// <summary>Plain text for a terminal.</summary>
    public static string Text(PlanOverview plan)
    {
        var text = new StringBuilder();
        Line(text, $"{TerminalText.Escape(plan.Name)}: plan {plan.Digest}");
        Line(text, "");
        Line(text, "Inputs");
        foreach (var input in plan.Inputs)
        {
            Line(text, $"  {TerminalText.Escape(input.Model)}  {input.Tensors:N0} tensors, {ByteText.Of(input.Bytes)}{(input.IsLocked ? "" : "  unlocked")}");
        }

        foreach (var stage in plan.Stages)
        {
            Line(text, "");
            Line(text, $"Stage {TerminalText.Escape(stage.Name)}, computed while it is read");
            Groups(text, stage.Groups);
        }

        Line(text, "");
        Line(text, "Tensors");
        Groups(text, plan.Groups);

        if (!plan.Vocabulary.IsEmpty)
        {
            Line(text, "");
            Line(text, "Vocabulary");
            foreach (var line in plan.Vocabulary)
            {
                Line(text, $"  {TerminalText.Escape(line)}");
            }
        }

        if (!plan.Files.IsEmpty)
        {
            Line(text, "");
            Line(text, "Files beside the weights");
            foreach (var files in plan.Files)
            {
                Line(text, $"  {TerminalText.Escape(files.Model)}  {TerminalText.Escape(string.Join(", ", files.Paths))}");
            }
        }

        Line(text, "");
        Line(text, $"Output: {plan.Tensors:N0} tensors, {Count(plan.Estimate.Parameters)} parameters, {string.Join(", ", plan.DTypes)}; seed {plan.Seed}");
        Line(text, $"Work:   reads {ByteText.Of(plan.Estimate.BytesToRead)}, writes {ByteText.Of(plan.Estimate.BytesToWrite)}; {ByteText.Of(plan.Estimate.BufferBytes)} of buffers for each worker thread{Decompositions(plan, "; ")}");
        if (plan.StreamedDisk is { } streamed)
        {
            // what streaming itself needs is more than a small model
            var needed = streamed < plan.Estimate.BytesToWrite ? $"; {ByteText.Of(streamed)} in all with --stream, most of it twice the largest file" : "";
            Line(text, $"Disk:   {ByteText.Of(plan.Estimate.BytesToWrite)} for the output{needed}");
        }

        return text.ToString();
    }

    /// <summary>Markdown with a heading of the third level.</summary>
    public static string Markdown(PlanOverview plan) =>
        $"### Plan of {MarkdownText.Code(plan.Name)}\n\n`{plan.Digest}`\n\n{Tables(plan)}";

    /// <summary>The warnings that a recipe accepts, as a list in Markdown; empty for none.</summary>
    public static string Accepted(IEnumerable<Diagnostic> accepted)
    {
        var lines = string.Concat(accepted.Select(warning => $"- accepted: {warning.Code.Id} {MarkdownText.Code(warning.Detail)}\n"));
        return lines.Length == 0 ? "" : "\n" + lines;
    }

    /// <summary>The Markdown without its heading.</summary>
    public static string Tables(PlanOverview plan)
    {
        var text = new StringBuilder();
        Line(text, "| input | tensors | bytes | locked |");
        Line(text, "|---|---:|---:|---|");
        foreach (var input in plan.Inputs)
        {
            Line(text, $"| {MarkdownText.Code(input.Model)} | {input.Tensors:N0} | {ByteText.Of(input.Bytes)} | {(input.IsLocked ? "yes" : "no")} |");
        }

        foreach (var stage in plan.Stages)
        {
            Line(text, "");
            Line(text, $"Stage {MarkdownText.Code(stage.Name)}, computed while it is read:");
            Table(text, stage.Groups);
        }

        Table(text, plan.Groups);

        if (!plan.Vocabulary.IsEmpty)
        {
            Line(text, "");
            foreach (var line in plan.Vocabulary)
            {
                Line(text, $"- {MarkdownText.Prose(line)}");
            }
        }

        foreach (var files in plan.Files)
        {
            Line(text, "");
            Line(text, $"Files of {MarkdownText.Code(files.Model)} beside the weights: {string.Join(", ", files.Paths.Select(MarkdownText.Code))}.");
        }

        Line(text, "");
        Line(text, $"Writes {plan.Tensors:N0} tensors with {Count(plan.Estimate.Parameters)} parameters ({string.Join(", ", plan.DTypes)}), reads {ByteText.Of(plan.Estimate.BytesToRead)}, writes {ByteText.Of(plan.Estimate.BytesToWrite)}, takes {ByteText.Of(plan.Estimate.BufferBytes)} of buffers for each worker thread{Decompositions(plan, ", and ")}. Seed {plan.Seed}.");
        return text.ToString();
    }

    private static string Decompositions(PlanOverview plan, string before) =>
        plan.Estimate.DecompositionGigaflops is > 0 and var work ? $"{before}{work:N0} GFLOP to decompose matrices" : "";

    private static void Groups(StringBuilder text, IEnumerable<OverviewGroup> groups)
    {
        foreach (var group in groups)
        {
            Line(text, $"  {group.Tensors,5:N0}  {ByteText.Of(group.Bytes),10}  {TerminalText.Name(group.What)}");
        }
    }

    private static void Table(StringBuilder text, IEnumerable<OverviewGroup> groups)
    {
        Line(text, "");
        Line(text, "| tensors | bytes | what is done |");
        Line(text, "|---:|---:|---|");
        foreach (var group in groups)
        {
            Line(text, $"| {group.Tensors:N0} | {ByteText.Of(group.Bytes)} | {MarkdownText.Code(group.What)} |");
        }
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
