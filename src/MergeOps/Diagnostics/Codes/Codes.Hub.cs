namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS201.</summary>
    public static DiagnosticCode LockUnreadable { get; } = new("MOPS201", "The lock cannot be read");
}
