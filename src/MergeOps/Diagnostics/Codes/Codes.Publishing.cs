namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS701.</summary>
    public static DiagnosticCode PublishConflict { get; } = new("MOPS701", "The version is published already with other content");
}
