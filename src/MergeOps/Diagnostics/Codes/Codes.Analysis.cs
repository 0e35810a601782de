namespace MergeOps.Diagnostics;

/// <summary>The codes of analyses.</summary>
internal static partial class Codes
{
    /// <summary>MOPS680.</summary>
    public static DiagnosticCode TensorsNotComparable { get; } = new("MOPS680", "The models cannot be compared tensor by tensor");

    /// <summary>MOPS681.</summary>
    public static DiagnosticCode NothingToAudit { get; } = new("MOPS681", "There is nothing to compare the model with");
}
