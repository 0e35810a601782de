namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
public static partial class Codes
{
    /// <summary>MOPS810: no connection, or the server's own failure that does not pass.</summary>
    public static DiagnosticCode GitHubUnreachable { get; } = new("MOPS810", "GitHub does not answer", FailureKind.World);

    /// <summary>MOPS811: 401, or 403 that is no limit.</summary>
    public static DiagnosticCode GitHubRefused { get; } = new("MOPS811", "GitHub refuses a request", FailureKind.World);

    /// <summary>MOPS812: a limit that outlasts our patience.</summary>
    public static DiagnosticCode GitHubLimited { get; } = new("MOPS812", "GitHub asks to wait", FailureKind.World);

    /// <summary>MOPS813: 404 or 410.</summary>
    public static DiagnosticCode GitHubGone { get; } = new("MOPS813", "Not found on GitHub", FailureKind.World);

    /// <summary>MOPS814.</summary>
    public static DiagnosticCode GitHubTooLong { get; } = new("MOPS814", "A text is too long for GitHub", FailureKind.World);

    /// <summary>MOPS815.</summary>
    public static DiagnosticCode GitHubUnexpected { get; } = new("MOPS815", "GitHub's answer is not what it should be", FailureKind.World);

    /// <summary>MOPS816.</summary>
    public static DiagnosticCode GitHubSettingInvalid { get; } = new("MOPS816", "Invalid GitHub setting");
}
