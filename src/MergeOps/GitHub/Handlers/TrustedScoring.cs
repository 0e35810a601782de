using System.Collections.Frozen;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// When the scoring command of the settings may run: for events whose checkout is a branch of the repository itself, so that
/// the settings and the programs beside them come from people who may write to it. A pull request's checkout may hold anybody's.
/// </summary>
internal static class TrustedScoring
{
    private static readonly FrozenSet<string> Events = FrozenSet.Create(StringComparer.Ordinal, "push", "schedule", "issue_comment", "workflow_dispatch");

    /// <summary>Where scores of another harness come from; null for events of other people's files.</summary>
    /// <param name="settings">The settings in the checkout.</param>
    /// <param name="eventName">The workflow's event; null outside a workflow.</param>
    /// <param name="checkout">The folder of the checkout, where the command runs.</param>
    public static ExternalScoring? Of(RepositorySettings settings, string? eventName, string checkout) =>
        (settings.Command is not null || settings.Sign is not null || !settings.OwnerCommands.IsEmpty) && IsTrusted(eventName)
            ? new ExternalScoring { Command = settings.Command, Derivations = settings.OwnerCommands, Sign = settings.Sign, Folder = checkout }
            : null;

    /// <summary>Whether the checkout of an event holds nothing but what people with write access brought in.</summary>
    public static bool IsTrusted(string? eventName) => eventName is not null && Events.Contains(eventName);
}
