namespace MergeOps.Forges;

/// <summary>Statuses of commits, by which branches may be guarded: several checks say something of a commit, and of each the last word counts.</summary>
internal interface ICommitStatuses
{
    /// <summary>Sets a commit's status.</summary>
    /// <param name="sha">The commit.</param>
    /// <param name="state">What it says.</param>
    /// <param name="context">Which check says it, such as <c>mergeops/plan</c>.</param>
    /// <param name="description">In a few words, freed of secrets before it is sent; what is longer than the forge takes is cut: of GitHub's 140 characters.</param>
    /// <param name="url">Where more is to be read, or null.</param>
    /// <param name="cancellation">Stops.</param>
    Task SetStatusAsync(string sha, CommitState state, string context, string description, string? url, CancellationToken cancellation);

    /// <summary>Our own last status of a commit and a context; null when there is none. Others may set statuses, too.</summary>
    Task<StatusInfo?> OwnStatusAsync(string sha, string context, CancellationToken cancellation);

    /// <summary>Our own statuses of a commit, the newest first.</summary>
    Task<IReadOnlyList<StatusInfo>> OwnStatusesAsync(string sha, CancellationToken cancellation);
}

/// <summary>A status of a commit.</summary>
/// <param name="Context">Which check says it, such as <c>mergeops/gates</c>.</param>
/// <param name="State">What it says.</param>
/// <param name="Description">In a few words.</param>
/// <param name="CreatorLogin">Who set it; a name that nobody has when that account was deleted.</param>
internal sealed record StatusInfo(string Context, CommitState State, string Description, string CreatorLogin);

/// <summary>What a commit status says.</summary>
internal enum CommitState
{
    /// <summary>Not decided yet.</summary>
    Pending,

    /// <summary>All is well.</summary>
    Success,

    /// <summary>The answer is no.</summary>
    Failure,

    /// <summary>There is no answer: something broke.</summary>
    Error,
}
