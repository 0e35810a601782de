namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS501.</summary>
    public static DiagnosticCode TorchUnavailable { get; } = new("MOPS501", "libtorch cannot be loaded", FailureKind.World);
}
