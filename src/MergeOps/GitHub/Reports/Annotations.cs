using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;

namespace MergeOps.GitHub.Reports;

/// <summary>Findings as annotations of the changed lines. A runner shows ten of each kind for a step and drops the rest in silence, so the tenth says how many more there are.</summary>
internal static class Annotations
{
    /// <summary>How many of one kind a runner shows.</summary>
    public const int MostOfAKind = 10;

    /// <summary>Writes workflow commands, one a line.</summary>
    /// <param name="found">The findings, their paths from the repository's root.</param>
    /// <param name="output">What the runner reads.</param>
    public static void Write(IEnumerable<Diagnostic> found, TextWriter output)
    {
        foreach (var kind in found.GroupBy(finding => finding.Severity).OrderBy(kind => kind.Key))
        {
            Diagnostic[] all = [.. kind];
            var shown = all.Length > MostOfAKind ? all[..(MostOfAKind - 1)] : all;
            DiagnosticRenderers.For("github").Write(shown, output);
            if (all.Length > shown.Length)
            {
                var rest = all.Length - shown.Length;
                DiagnosticRenderers.For("github").Write(
                    [all[shown.Length] with { Detail = $"And {rest - 1} more of this kind after this one: the summary and the SARIF file have them all. {all[shown.Length].Detail}" }], output);
            }
        }
    }
}
