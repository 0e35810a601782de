using System.Collections.Immutable;

namespace MergeOps.Forges;

/// <summary>The repository as its forge has it: its name, and what its branches hold.</summary>
internal interface IRemoteRepository
{
    /// <summary>Its name as people write it, such as <c>owner/name</c>.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The environment names no repository; every other call that is about one says so, too.</exception>
    string Name { get; }

    /// <summary>The branch that pull requests go into when nobody says otherwise.</summary>
    Task<string> DefaultBranchAsync(CancellationToken cancellation);

    /// <summary>The bytes of a file; null when it is not there.</summary>
    /// <param name="path">Where it is, with <c>/</c>.</param>
    /// <param name="reference">A branch, a tag or a commit.</param>
    /// <param name="cancellation">Stops.</param>
    Task<byte[]?> FileAsync(string path, string reference, CancellationToken cancellation);

    /// <summary>The paths that differ between two commits, old and new names of what was renamed among them, in no particular order.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The forge does not know one of them, or does not name every path.</exception>
    Task<ImmutableArray<string>> ChangedBetweenAsync(string before, string after, CancellationToken cancellation);

    /// <summary>How many commits of a branch another commit lacks.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="cancellation">Stops.</param>
    Task<int> CommitsMissingAsync(string branch, string commit, CancellationToken cancellation);
}
