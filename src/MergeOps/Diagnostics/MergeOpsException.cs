namespace MergeOps.Diagnostics;

/// <summary>
/// The one exception for environment failures and wrong inputs; it always carries the diagnostic that the user sees.
/// Programming mistakes throw ordinary exceptions instead.
/// </summary>
public sealed class MergeOpsException : Exception
{
    /// <summary>Creates the exception from one diagnostic.</summary>
    public MergeOpsException(Diagnostic diagnostic, Exception? innerException = null)
        : base($"{diagnostic.Code.Id}: {diagnostic.Code.Summary}. {diagnostic.Detail}", innerException) =>
        Diagnostic = diagnostic;

    /// <summary>Creates the exception from its parts.</summary>
    public MergeOpsException(DiagnosticCode code, string detail, SourceSpan? span = null, Exception? innerException = null)
        : this(Diagnostic.Error(code, detail, span), innerException)
    {
    }

    /// <summary>What the user sees.</summary>
    public Diagnostic Diagnostic { get; }
}
