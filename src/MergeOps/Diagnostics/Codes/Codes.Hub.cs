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

    /// <summary>MOPS221.</summary>
    public static DiagnosticCode FactsUnreadable { get; } = new("MOPS221", "A facts file of a lock cannot be read");

    /// <summary>MOPS222.</summary>
    public static DiagnosticCode FactsMissing { get; } = new("MOPS222", "A facts file of a lock is missing");

    /// <summary>MOPS223.</summary>
    public static DiagnosticCode NoSafetensors { get; } = new("MOPS223", "A model on the Hub has no safetensors");

    /// <summary>MOPS224.</summary>
    public static DiagnosticCode BytesNotLocked { get; } = new("MOPS224", "A file is not the one that was locked");

    /// <summary>MOPS225.</summary>
    public static DiagnosticCode Drifted { get; } = new("MOPS225", "A model has moved on since it was locked", FailureKind.Decision);

    /// <summary>MOPS226.</summary>
    public static DiagnosticCode NothingToImport { get; } = new("MOPS226", "There is no recipe to import");

    /// <summary>MOPS227.</summary>
    public static DiagnosticCode ImportTaken { get; } = new("MOPS227", "The import would overwrite something");

    /// <summary>MOPS228.</summary>
    public static DiagnosticCode DroppedByImport { get; } = new("MOPS228", "Left out by the import");

    /// <summary>MOPS229.</summary>
    public static DiagnosticCode ModelNotLocked { get; } = new("MOPS229", "There is no such model to upgrade");
}
