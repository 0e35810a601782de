namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS401.</summary>
    public static DiagnosticCode NotImplemented { get; } = new("MOPS401", "This recipe asks for something that this version cannot do");
}
