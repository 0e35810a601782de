namespace MergeOps.Diagnostics;

/// <summary>One finding: a fixed summary by code, and a detail that says what it is, why, and what to do.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Severity">How severe it is.</param>
/// <param name="Detail">What was found, why it matters, the valid values or what to do; may be empty.</param>
/// <param name="Span">Where, if it is a place in a text file or a file as a whole.</param>
public sealed record Diagnostic(DiagnosticCode Code, Severity Severity, string Detail, SourceSpan? Span = null)
{
    /// <summary>What was found, why it matters, the valid values or what to do; may be empty, and holds no secret.</summary>
    public string Detail { get; init; } = SecretText.Redact(Detail);

    /// <summary>An error at a place.</summary>
    public static Diagnostic Error(DiagnosticCode code, string detail, SourceSpan? span = null) =>
        new(code, Severity.Error, detail, span);

    /// <summary>A warning at a place.</summary>
    public static Diagnostic Warning(DiagnosticCode code, string detail, SourceSpan? span = null) =>
        new(code, Severity.Warning, detail, span);

    /// <summary>A note at a place.</summary>
    public static Diagnostic Note(DiagnosticCode code, string detail, SourceSpan? span = null) =>
        new(code, Severity.Note, detail, span);
}
