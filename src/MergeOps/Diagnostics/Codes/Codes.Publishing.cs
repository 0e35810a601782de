namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS701.</summary>
    public static DiagnosticCode PublishConflict { get; } = new("MOPS701", "The version is published already with other content");

    /// <summary>MOPS702.</summary>
    public static DiagnosticCode NotAMergedModel { get; } = new("MOPS702", "The folder holds no merged model");

    /// <summary>MOPS703.</summary>
    public static DiagnosticCode OtherModelPublished { get; } = new("MOPS703", "Another model is published in this folder");

    /// <summary>MOPS704.</summary>
    public static DiagnosticCode PathPublished { get; } = new("MOPS704", "The published recipe holds a path of this machine");

    /// <summary>MOPS710.</summary>
    public static DiagnosticCode PublicationUnreadable { get; } = new("MOPS710", "The list of published files cannot be read");

    /// <summary>MOPS711.</summary>
    public static DiagnosticCode ContentChanged { get; } = new("MOPS711", "The content is not what was recorded");

    /// <summary>MOPS712.</summary>
    public static DiagnosticCode ContentMissing { get; } = new("MOPS712", "Something that was recorded is missing");

    /// <summary>MOPS713.</summary>
    public static DiagnosticCode ContentUnknown { get; } = new("MOPS713", "Something is there that was not recorded");
}
