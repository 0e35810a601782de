namespace MergeOps.Diagnostics.Rendering;

/// <summary>The words of a finding, as every format uses them.</summary>
internal static class DiagnosticText
{
    /// <summary><c>error</c>, <c>warning</c> or <c>note</c>.</summary>
    public static string Word(this Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Note => "note",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "not a severity"),
    };

    /// <summary>Summary and detail as one text; corrected lines of a recipe stand on lines of their own.</summary>
    public static string Message(this Diagnostic diagnostic) =>
        diagnostic.Detail.Length == 0
            ? diagnostic.Code.Summary + "."
            : $"{diagnostic.Code.Summary}. {TerminalText.Escape(diagnostic.Detail, keepLines: true)}";
}
