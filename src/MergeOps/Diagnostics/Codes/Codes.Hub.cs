namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS201.</summary>
    public static DiagnosticCode LockUnreadable { get; } = new("MOPS201", "The lock cannot be read");

    /// <summary>MOPS202.</summary>
    public static DiagnosticCode LockDisagrees { get; } = new("MOPS202", "The lock and the recipe's models disagree");

    /// <summary>MOPS203.</summary>
    public static DiagnosticCode ModelAbsent { get; } = new("MOPS203", "A model is not there");

    /// <summary>MOPS204.</summary>
    public static DiagnosticCode RevisionOfLocalModel { get; } = new("MOPS204", "A local model has no revisions");

    /// <summary>MOPS205.</summary>
    public static DiagnosticCode HubNotAvailable { get; } = new("MOPS205", "Models of the Hub cannot be fetched yet");

    /// <summary>MOPS206.</summary>
    public static DiagnosticCode ConfigUnreadable { get; } = new("MOPS206", "A model's config.json cannot be read");

    /// <summary>MOPS220.</summary>
    public static DiagnosticCode LockMissing { get; } = new("MOPS220", "The recipe has no lock");
}
