using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.External;

/// <summary>What another harness wrote of one model.</summary>
internal abstract class ResultsFile
{
    /// <summary>A score, or why there is none.</summary>
    public abstract ExternalScore Find(ExternalMetric wanted);

    /// <summary>A file of any kind that is known; null after diagnostics.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static ResultsFile? Read(string path, DiagnosticBag found)
    {
        if (path.EndsWith(SampleFile.Ending, StringComparison.OrdinalIgnoreCase))
        {
            return SampleFile.Of(path, found);
        }

        if (HarnessJson.Read(path, found) is not { } root)
        {
            return null;
        }

        if ((MtebResults.Find(root) as ResultsFile ?? HarnessResults.Find(root)) is { } known)
        {
            return known;
        }

        found.Error(
            Codes.ResultsUnusable,
            "It has no object 'results' and is not a results file of lm-evaluation-harness, nor 'task_name' and 'scores' like one of MTEB. Files with scores of single items must end in .jsonl.",
            SourceSpan.File(path));
        return null;
    }

    /// <summary>A member of an object; null where there is none.</summary>
    protected static JsonElement? Member(JsonElement? holder, string name) =>
        holder is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A finite number; null where there is none.</summary>
    protected static double? Number(JsonElement? holder, string name) =>
        Member(holder, name) is { ValueKind: JsonValueKind.Number } value && double.IsFinite(value.GetDouble()) ? value.GetDouble() : null;
}
