namespace MergeOps.GitHub.Client;

/// <summary>What was done about a <see cref="ProposedChange"/>.</summary>
internal enum ProposalOutcome
{
    /// <summary>The base holds it already: there is nothing to propose.</summary>
    NothingToPropose,

    /// <summary>A pull request was opened.</summary>
    Opened,

    /// <summary>The open pull request has a new commit.</summary>
    Updated,

    /// <summary>The open pull request proposes just that already.</summary>
    Unchanged,

    /// <summary>Somebody closed the pull request that proposed just that.</summary>
    Declined,
}
