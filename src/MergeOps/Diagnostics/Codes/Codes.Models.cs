namespace MergeOps.Diagnostics;

public static partial class Codes
{
    /// <summary>MOPS651.</summary>
    public static DiagnosticCode ContinuationTooLong { get; } = new("MOPS651", "An answer exceeds the model's context length");
}
