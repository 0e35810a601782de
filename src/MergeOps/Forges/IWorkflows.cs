namespace MergeOps.Forges;

/// <summary>Runs of this program that the forge starts.</summary>
internal interface IWorkflows
{
    /// <summary>Whether what this program merges starts the runs that a person's merge starts. Forges keep a run's own token from that, so that no run starts itself for ever.</summary>
    Task<bool> FollowOwnMergesAsync(CancellationToken cancellation);

    /// <summary>
    /// Starts the run that makes published models again and publishes what was approved since, once: a request of which nobody
    /// knows whether it arrived is not repeated.
    /// </summary>
    /// <param name="branch">The branch whose recipes it looks at.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The forge has no such run, does not let it be started, or does not let this run start it.</exception>
    Task StartRebuildAsync(string branch, CancellationToken cancellation);
}
