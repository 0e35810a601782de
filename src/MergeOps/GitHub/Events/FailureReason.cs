using MergeOps.Diagnostics;

namespace MergeOps.GitHub.Events;

/// <summary>Why a step failed, in one word that other steps of a workflow can compare with.</summary>
internal static class FailureReason
{
    private const int UsageExit = 2;
    private const int OwnMistakeExit = 70;
    private const int CancelledExit = 130;

    private static readonly Dictionary<DiagnosticCode, string> Decisions = new()
    {
        [Codes.PlanChanged] = "plan-changed",
        [Codes.OtherPlan] = "plan-changed",
        [Codes.PlanNotApproved] = "plan-not-approved",
        [Codes.CommandRefused] = "command-refused",
        [Codes.Drifted] = "drift",
    };

    /// <summary>The word.</summary>
    /// <param name="exitCode">What the process answers; not 0.</param>
    /// <param name="firstError">The first error that was told, if any was.</param>
    public static string Of(int exitCode, DiagnosticCode? firstError) => exitCode switch
    {
        (int)FailureKind.Input => "invalid",
        (int)FailureKind.Environment => "environment",
        (int)FailureKind.Decision => firstError is not null && Decisions.TryGetValue(firstError, out var decision) ? decision : "gate-failed",
        UsageExit => "usage",
        OwnMistakeExit => "bug",
        CancelledExit => "cancelled",
        _ => "unknown",
    };
}
