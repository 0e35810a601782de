namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS830.</summary>
    public static DiagnosticCode MatrixTooLarge { get; } = new("MOPS830", "Too many jobs for a matrix");
}
