namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS820.</summary>
    public static DiagnosticCode NoWorkflow { get; } = new("MOPS820", "Not running in a GitHub workflow");

    /// <summary>MOPS821.</summary>
    public static DiagnosticCode EventUnreadable { get; } = new("MOPS821", "The workflow's event cannot be read");

    /// <summary>MOPS822.</summary>
    public static DiagnosticCode EventWithoutHandler { get; } = new("MOPS822", "Nothing to do for this event");

    /// <summary>MOPS823: a report of another job that may have been written by anybody.</summary>
    public static DiagnosticCode ReportUnreadable { get; } = new("MOPS823", "Invalid report of the pull request's job");

    /// <summary>MOPS824.</summary>
    public static DiagnosticCode PlanChanged { get; } = new("MOPS824", "The plan is not the approved one", FailureKind.Decision);

    /// <summary>MOPS825.</summary>
    public static DiagnosticCode PlanNotApproved { get; } = new("MOPS825", "No approved plan covers this", FailureKind.Decision);

    /// <summary>MOPS826: what could not be posted; the work itself is done.</summary>
    public static DiagnosticCode NotPosted { get; } = new("MOPS826", "GitHub rejected a report", FailureKind.Environment);

    /// <summary>MOPS827.</summary>
    public static DiagnosticCode CommandRefused { get; } = new("MOPS827", "The command is refused", FailureKind.Decision);

    /// <summary>MOPS828.</summary>
    public static DiagnosticCode GitFailed { get; } = new("MOPS828", "git failed", FailureKind.Environment);

    /// <summary>MOPS829.</summary>
    public static DiagnosticCode OutputNotUsable { get; } = new("MOPS829", "A value cannot be an output of a workflow step");

    /// <summary>MOPS838.</summary>
    public static DiagnosticCode LinkInRepository { get; } = new("MOPS838", "Symbolic link in the repository");

    /// <summary>MOPS841.</summary>
    public static DiagnosticCode RefusedByPolicy { get; } = new("MOPS841", "The repository's policy does not allow this", FailureKind.Decision);

    /// <summary>MOPS842.</summary>
    public static DiagnosticCode PolicyCommandFailed { get; } = new("MOPS842", "The policy's command cannot be run", FailureKind.Environment);

    /// <summary>MOPS843.</summary>
    public static DiagnosticCode PolicyNotJudged { get; } = new("MOPS843", "The policy has not judged this");

    /// <summary>MOPS844.</summary>
    public static DiagnosticCode NotDerived { get; } = new("MOPS844", "Derived files cannot be published", FailureKind.Decision);

    /// <summary>MOPS845: the files that a caller's target leaves out.</summary>
    public static DiagnosticCode DerivedElsewhere { get; } = new("MOPS845", "Derived files are not published by this run");

    /// <summary>MOPS846: what was merged is published later.</summary>
    public static DiagnosticCode NotStarted { get; } = new("MOPS846", "A workflow was not started");

    /// <summary>MOPS840.</summary>
    public static DiagnosticCode PlanUnapplied { get; } = new("MOPS840", "An approved plan was never applied", FailureKind.Decision);
}
