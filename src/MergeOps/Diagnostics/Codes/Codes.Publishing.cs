namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS701.</summary>
    public static DiagnosticCode PublishConflict { get; } = new("MOPS701", "This version is already published with different content");

    /// <summary>MOPS702.</summary>
    public static DiagnosticCode NotAMergedModel { get; } = new("MOPS702", "The folder holds no merged model");

    /// <summary>MOPS703.</summary>
    public static DiagnosticCode OtherModelPublished { get; } = new("MOPS703", "Another model is published in this folder");

    /// <summary>MOPS704.</summary>
    public static DiagnosticCode PathPublished { get; } = new("MOPS704", "The published recipe contains a local path");

    /// <summary>MOPS710.</summary>
    public static DiagnosticCode PublicationUnreadable { get; } = new("MOPS710", "The list of published files cannot be read");

    /// <summary>MOPS711.</summary>
    public static DiagnosticCode ContentChanged { get; } = new("MOPS711", "Content differs from what was recorded");

    /// <summary>MOPS712.</summary>
    public static DiagnosticCode ContentMissing { get; } = new("MOPS712", "Recorded content is missing");

    /// <summary>MOPS713.</summary>
    public static DiagnosticCode ContentUnknown { get; } = new("MOPS713", "Unrecorded content");

    /// <summary>MOPS720.</summary>
    public static DiagnosticCode RepositoryMoved { get; } = new("MOPS720", "The repository changed during publishing", FailureKind.Environment);

    /// <summary>MOPS721.</summary>
    public static DiagnosticCode UploadFailed { get; } = new("MOPS721", "An upload failed", FailureKind.Environment);

    /// <summary>MOPS722.</summary>
    public static DiagnosticCode PublishTokenMissing { get; } = new("MOPS722", "Publishing to the Hub needs a token", FailureKind.Environment);

    /// <summary>MOPS723.</summary>
    public static DiagnosticCode RunnerNotTrusted { get; } = new("MOPS723", "The Hub does not trust this workflow", FailureKind.Environment);

    /// <summary>MOPS724.</summary>
    public static DiagnosticCode PublishedFileIgnored { get; } = new("MOPS724", "The repository ignores a file of the version");

    /// <summary>MOPS725.</summary>
    public static DiagnosticCode ForeignWeights { get; } = new("MOPS725", "The repository holds weights that MergeOps did not publish");

    /// <summary>MOPS726.</summary>
    public static DiagnosticCode CardRefused { get; } = new("MOPS726", "The Hub refuses the model card");

    /// <summary>MOPS727.</summary>
    public static DiagnosticCode ReadBackDiffers { get; } = new("MOPS727", "The Hub lists different content from what was published", FailureKind.Environment);

    /// <summary>MOPS728.</summary>
    public static DiagnosticCode NothingToVerify { get; } = new("MOPS728", "Nothing to verify");

    /// <summary>MOPS729.</summary>
    public static DiagnosticCode RebuildDiffers { get; } = new("MOPS729", "The rebuilt model differs");

    /// <summary>MOPS730.</summary>
    public static DiagnosticCode NothingToRollBackTo { get; } = new("MOPS730", "No version to roll back to");

    /// <summary>MOPS731.</summary>
    public static DiagnosticCode SignatureInvalid { get; } = new("MOPS731", "The signature is not valid");

    /// <summary>MOPS732.</summary>
    public static DiagnosticCode SigningKeyUnusable { get; } = new("MOPS732", "The key cannot be used");

    /// <summary>MOPS733.</summary>
    public static DiagnosticCode SigningFailed { get; } = new("MOPS733", "The command did not sign", FailureKind.Environment);

    /// <summary>MOPS734.</summary>
    public static DiagnosticCode Unsigned { get; } = new("MOPS734", "The version is not signed");
}
