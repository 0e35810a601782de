namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS601.</summary>
    public static DiagnosticCode GateNotMet { get; } = new("MOPS601", "A gate is not met", FailureKind.Decision);
}
