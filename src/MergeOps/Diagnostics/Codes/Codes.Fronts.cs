namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS801.</summary>
    public static DiagnosticCode UsageMistake { get; } = new("MOPS801", "The command line is not understood");
}
