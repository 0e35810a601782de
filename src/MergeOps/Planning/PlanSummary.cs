using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>A plan for people: what goes in, what is done to which tensors, what comes out.</summary>
internal static class PlanSummary
{
    /// <summary>Plain text for a terminal.</summary>
    public static string Text(MergePlan plan)
    {
        var estimate = PlanEstimate.Of(plan);
        var text = new StringBuilder();
        Line(text, $"{TerminalText.Escape(plan.Name)}: plan {plan.Digest}");
        Line(text, "");
        Line(text, "Inputs");
        foreach (var model in plan.Models)
        {
            Line(text, $"  {TerminalText.Escape(model.Reference.ToString())}  {model.Checkpoint.Tensors.Count} tensors, {Bytes(model.Checkpoint.Tensors.Values.Sum(t => t.ByteLength))}{(model.IsLocked ? "" : "  unlocked")}");
        }

        Line(text, "");
        Line(text, "Tensors");
        foreach (var (what, count, bytes) in Groups(plan))
        {
            Line(text, $"  {count,5}  {Bytes(bytes),10}  {TerminalText.Escape(what)}");
        }

        Line(text, "");
        Line(text, $"Output: {plan.Jobs.Length} tensors, {estimate.Parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters, {DTypes(plan)}; seed {plan.Seed}");
        Line(text, $"Work:   reads {Bytes(estimate.BytesToRead)}, writes {Bytes(estimate.BytesToWrite)}; {Bytes(estimate.BufferBytes)} of buffers for each worker thread");
        return text.ToString();
    }

    /// <summary>Markdown for a pull request.</summary>
    public static string Markdown(MergePlan plan)
    {
        var estimate = PlanEstimate.Of(plan);
        var text = new StringBuilder();
        Line(text, $"### Plan of {MarkdownText.Code(plan.Name)}");
        Line(text, "");
        Line(text, $"`{plan.Digest}`");
        Line(text, "");
        Line(text, "| input | tensors | bytes | locked |");
        Line(text, "|---|---:|---:|---|");
        foreach (var model in plan.Models)
        {
            Line(text, $"| {MarkdownText.Code(model.Reference.ToString())} | {model.Checkpoint.Tensors.Count} | {Bytes(model.Checkpoint.Tensors.Values.Sum(t => t.ByteLength))} | {(model.IsLocked ? "yes" : "no")} |");
        }

        Line(text, "");
        Line(text, "| tensors | bytes | what is done |");
        Line(text, "|---:|---:|---|");
        foreach (var (what, count, bytes) in Groups(plan))
        {
            Line(text, $"| {count} | {Bytes(bytes)} | {MarkdownText.Code(what)} |");
        }

        Line(text, "");
        Line(text, $"Writes {plan.Jobs.Length} tensors with {estimate.Parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters ({DTypes(plan)}), reads {Bytes(estimate.BytesToRead)}, writes {Bytes(estimate.BytesToWrite)}, takes {Bytes(estimate.BufferBytes)} of buffers for each worker thread. Seed {plan.Seed}.");
        return text.ToString();
    }

    private static IEnumerable<(string What, int Count, long Bytes)> Groups(MergePlan plan)
    {
        var jobs = plan.Jobs
            .GroupBy(job => job.Kind == JobKind.Merge
                ? $"{job.Method}({string.Join(", ", job.Parameters.Values.Select(p => $"{p.Key} {p.Value}"))}) of {string.Join(", ", job.Inputs.Select(input => Input(input, plan)))}{(job.Base is { } b ? $" on {plan.Models[b.Model].Reference}" : "")}{(job.Reason is { } reason ? $"; {reason}" : "")}"
                : $"copy of {plan.Models[job.Inputs[0].Model].Reference}: {job.Reason}")
            .Select(group => (group.Key, group.Count(), group.Sum(job => job.ByteLength)));
        var dropped = plan.Dropped
            .GroupBy(drop => $"dropped from {plan.Models[drop.Model].Reference}: {drop.Reason}")
            .Select(group => (group.Key, group.Count(), group.Sum(drop => plan.Models[drop.Model].Checkpoint.Tensors[drop.Name].ByteLength)));
        return jobs.Concat(dropped);
    }

    private static string Input(JobInput input, MergePlan plan) =>
        plan.Models[input.Model].Reference.ToString()
        + (input.Parameters.Values.IsEmpty ? "" : $"({string.Join(", ", input.Parameters.Values.Select(p => $"{p.Key} {p.Value}"))})");

    private static string DTypes(MergePlan plan) =>
        string.Join(", ", plan.Jobs.Select(job => job.DType.ToString()).Distinct().Order(StringComparer.Ordinal));

    private static string Bytes(long bytes) => ByteText.Of(bytes);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
