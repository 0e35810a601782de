using System.Collections.Concurrent;

namespace MergeOps.TestGitHub.Storage;

/// <summary>An environment of a repository.</summary>
/// <param name="Id">Its number.</param>
/// <param name="HasReviewers">Whether somebody is asked before a job that uses it.</param>
internal sealed record StoredEnvironment(int Id, bool HasReviewers);

/// <summary>What protects a branch.</summary>
/// <param name="RequiredStatuses">The statuses without which no pull request is merged.</param>
internal sealed record BranchProtection(IReadOnlyList<string> RequiredStatuses);

/// <summary>A repository's settings, as far as workflows feel them.</summary>
internal sealed class ActionsSettings
{
    /// <summary>The variables by name.</summary>
    public ConcurrentDictionary<string, string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The environments by name; one that a job names first is made without reviewers.</summary>
    public ConcurrentDictionary<string, StoredEnvironment> Environments { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What protects branches, by their names.</summary>
    public ConcurrentDictionary<string, BranchProtection> Protections { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether workflows may open pull requests.</summary>
    public bool WorkflowsOpenPulls { get; set; }
}
