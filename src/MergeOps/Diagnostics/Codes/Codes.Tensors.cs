namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS301.</summary>
    public static DiagnosticCode FileUnreadable { get; } = new("MOPS301", "A model file cannot be read", FailureKind.World);
}
