namespace MergeOps.GitHub.Client;

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
