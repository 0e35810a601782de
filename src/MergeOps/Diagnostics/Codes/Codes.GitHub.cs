namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS810: no connection, or the server's own failure that does not pass.</summary>
    public static DiagnosticCode GitHubUnreachable { get; } = new("MOPS810", "GitHub is unreachable", FailureKind.Environment);

    /// <summary>MOPS811: 401, or 403 that is no limit.</summary>
    public static DiagnosticCode GitHubRefused { get; } = new("MOPS811", "GitHub refuses a request", FailureKind.Environment);

    /// <summary>MOPS812: a limit that outlasts our idleTimeout.</summary>
    public static DiagnosticCode GitHubLimited { get; } = new("MOPS812", "GitHub's rate limit is reached", FailureKind.Environment);

    /// <summary>MOPS813: 404 or 410.</summary>
    public static DiagnosticCode GitHubGone { get; } = new("MOPS813", "Not found on GitHub", FailureKind.Environment);

    /// <summary>MOPS814.</summary>
    public static DiagnosticCode GitHubTooLong { get; } = new("MOPS814", "A text is too long for GitHub", FailureKind.Environment);

    /// <summary>MOPS815.</summary>
    public static DiagnosticCode GitHubUnexpected { get; } = new("MOPS815", "Unexpected answer from GitHub", FailureKind.Environment);

    /// <summary>MOPS816.</summary>
    public static DiagnosticCode GitHubSettingInvalid { get; } = new("MOPS816", "Invalid GitHub setting");
}
