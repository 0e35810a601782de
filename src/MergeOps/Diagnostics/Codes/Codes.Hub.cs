namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS201.</summary>
    public static DiagnosticCode LockUnreadable { get; } = new("MOPS201", "The lock cannot be read");

    /// <summary>MOPS202.</summary>
    public static DiagnosticCode LockDisagrees { get; } = new("MOPS202", "The lock and the recipe's models disagree");

    /// <summary>MOPS203.</summary>
    public static DiagnosticCode ModelAbsent { get; } = new("MOPS203", "Model not found");

    /// <summary>MOPS204.</summary>
    public static DiagnosticCode RevisionOfLocalModel { get; } = new("MOPS204", "A local model has no revisions");

    /// <summary>MOPS206.</summary>
    public static DiagnosticCode ConfigUnreadable { get; } = new("MOPS206", "A model's config cannot be read");

    /// <summary>MOPS207.</summary>
    public static DiagnosticCode TokenizerUnreadable { get; } = new("MOPS207", "A model's tokenizer cannot be read");

    /// <summary>MOPS208.</summary>
    public static DiagnosticCode LockNewer { get; } = new("MOPS208", "The lock was written by a newer version");

    /// <summary>MOPS220.</summary>
    public static DiagnosticCode LockMissing { get; } = new("MOPS220", "The recipe has no lock");

    /// <summary>MOPS221.</summary>
    public static DiagnosticCode MetadataUnreadable { get; } = new("MOPS221", "A metadata file of a lock cannot be read");

    /// <summary>MOPS222.</summary>
    public static DiagnosticCode MetadataMissing { get; } = new("MOPS222", "A metadata file of a lock is missing");

    /// <summary>MOPS223.</summary>
    public static DiagnosticCode NoSafetensors { get; } = new("MOPS223", "A model on the Hub has no safetensors");

    /// <summary>MOPS224.</summary>
    public static DiagnosticCode BytesNotLocked { get; } = new("MOPS224", "A file differs from the lock");

    /// <summary>MOPS225.</summary>
    public static DiagnosticCode Drifted { get; } = new("MOPS225", "A model changed since it was locked", FailureKind.Decision);

    /// <summary>MOPS226.</summary>
    public static DiagnosticCode NothingToImport { get; } = new("MOPS226", "No recipe to import");

    /// <summary>MOPS227.</summary>
    public static DiagnosticCode ImportTaken { get; } = new("MOPS227", "The import would overwrite something");

    /// <summary>MOPS228.</summary>
    public static DiagnosticCode ChangedByImport { get; } = new("MOPS228", "The import changed something");

    /// <summary>MOPS229.</summary>
    public static DiagnosticCode ModelNotLocked { get; } = new("MOPS229", "No such model to upgrade");

    /// <summary>MOPS230.</summary>
    public static DiagnosticCode HubSettingInvalid { get; } = new("MOPS230", "Invalid Hub setting");

    /// <summary>MOPS231.</summary>
    public static DiagnosticCode HubUnreachable { get; } = new("MOPS231", "The Hub cannot be reached", FailureKind.Environment);

    /// <summary>MOPS232.</summary>
    public static DiagnosticCode HubOffline { get; } = new("MOPS232", "Offline mode is on", FailureKind.Environment);

    /// <summary>MOPS233.</summary>
    public static DiagnosticCode HubTokenRefused { get; } = new("MOPS233", "The Hub does not accept the token", FailureKind.Environment);

    /// <summary>MOPS234.</summary>
    public static DiagnosticCode HubRateLimited { get; } = new("MOPS234", "The Hub's rate limit is reached", FailureKind.Environment);

    /// <summary>MOPS235.</summary>
    public static DiagnosticCode HubFailed { get; } = new("MOPS235", "The Hub failed", FailureKind.Environment);

    /// <summary>MOPS236.</summary>
    public static DiagnosticCode HubRequestRefused { get; } = new("MOPS236", "The Hub refuses a request", FailureKind.Environment);

    /// <summary>MOPS237.</summary>
    public static DiagnosticCode HubAnswerInvalid { get; } = new("MOPS237", "Unexpected answer from the Hub", FailureKind.Environment);

    /// <summary>MOPS238.</summary>
    public static DiagnosticCode HubRedirectRefused { get; } = new("MOPS238", "Refused redirect", FailureKind.Environment);

    /// <summary>MOPS240.</summary>
    public static DiagnosticCode RepositoryAbsent { get; } = new("MOPS240", "Repository not found on the Hub");

    /// <summary>MOPS241.</summary>
    public static DiagnosticCode RepositoryRenamed { get; } = new("MOPS241", "The repository was renamed");

    /// <summary>MOPS242.</summary>
    public static DiagnosticCode RepositoryGated { get; } = new("MOPS242", "Gated repository", FailureKind.Environment);

    /// <summary>MOPS243.</summary>
    public static DiagnosticCode RepositoryDisabled { get; } = new("MOPS243", "A repository is disabled", FailureKind.Environment);

    /// <summary>MOPS244.</summary>
    public static DiagnosticCode RevisionAbsent { get; } = new("MOPS244", "Revision not found");

    /// <summary>MOPS245.</summary>
    public static DiagnosticCode RepositoryFileAbsent { get; } = new("MOPS245", "File not found in the revision");

    /// <summary>MOPS246.</summary>
    public static DiagnosticCode DownloadDiffers { get; } = new("MOPS246", "A download does not match its checksum", FailureKind.Environment);

    /// <summary>MOPS247.</summary>
    public static DiagnosticCode HubFileMalformed { get; } = new("MOPS247", "Invalid address of a file on the Hub");

    /// <summary>MOPS248.</summary>
    public static DiagnosticCode HubFileNotFetched { get; } = new("MOPS248", "A file on the Hub was not read");

    /// <summary>MOPS250.</summary>
    public static DiagnosticCode DownloadNotCached { get; } = new("MOPS250", "A file is not in the cache", FailureKind.Environment);

    /// <summary>MOPS251.</summary>
    public static DiagnosticCode CacheDamaged { get; } = new("MOPS251", "The cache holds a damaged file");

    /// <summary>MOPS260.</summary>
    public static DiagnosticCode RefusedByMergekit { get; } = new("MOPS260", "mergekit refuses this recipe");
}
