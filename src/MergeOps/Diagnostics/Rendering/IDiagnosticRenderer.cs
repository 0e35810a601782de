namespace MergeOps.Diagnostics.Rendering;

/// <summary>Writes findings in one of the formats of <c>--format</c>.</summary>
internal interface IDiagnosticRenderer
{
    /// <summary>The value of <c>--format</c>.</summary>
    string Format { get; }

    /// <summary>Writes all findings, which come in source order; an empty list is written too.</summary>
    void Write(IEnumerable<Diagnostic> diagnostics, TextWriter output);
}
