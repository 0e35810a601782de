namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS101.</summary>
    public static DiagnosticCode RecipeUnreadable { get; } = new("MOPS101", "The recipe cannot be read");
}
