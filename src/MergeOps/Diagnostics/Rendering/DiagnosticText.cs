namespace MergeOps.Diagnostics.Rendering;

/// <summary>The words of a finding, as every format uses them.</summary>
internal static class DiagnosticText
{
    /// <summary><c>error</c>, <c>warning</c>, <c>note</c> or <c>accepted</c>.</summary>
    public static string Word(this Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Note => "note",
        Severity.Accepted => "accepted",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "not a severity"),
    };

    /// <summary>What a line says before the message: <c>error MOPS104:</c>, but <c>accepted: MOPS431</c> before the number of warnings.</summary>
    public static string Mark(this Diagnostic diagnostic) => diagnostic.Severity is Severity.Accepted
        ? $"{diagnostic.Severity.Word()}: {diagnostic.Code.Id}"
        : $"{diagnostic.Severity.Word()} {diagnostic.Code.Id}:";

    /// <summary>Summary and detail as one text; corrected lines of a recipe stand on lines of their own. What is accepted has the author's reason alone.</summary>
    public static string Message(this Diagnostic diagnostic) =>
        diagnostic.Severity is Severity.Accepted ? TerminalText.Escape(diagnostic.Detail)
            : diagnostic.Detail.Length == 0 ? diagnostic.Code.Summary + "."
            : $"{diagnostic.Code.Summary}. {TerminalText.Escape(diagnostic.Detail, keepLines: true)}";
}
