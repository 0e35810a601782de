using MergeOps.Diagnostics;

namespace MergeOps.Cli.Rendering;

/// <summary>A finding as one line that editors and MSBuild understand.</summary>
internal static class DiagnosticLine
{
    /// <summary><c>path(line,col): error MOPS104: Summary. Detail</c>.</summary>
    public static string Of(Diagnostic diagnostic)
    {
        var place = diagnostic.Span switch
        {
            null => "mergeops: ",
            { HasPosition: true } span => $"{span.Path}({span.Line},{span.Column}): ",
            { } file => $"{file.Path}: ",
        };
        var detail = diagnostic.Detail.Length > 0 ? $" {diagnostic.Detail}" : "";
        return $"{place}{Word(diagnostic.Severity)} {diagnostic.Code.Id}: {diagnostic.Code.Summary}.{detail}";
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
