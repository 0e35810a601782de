namespace MergeOps.Publishing;

/// <summary>Writes versions of one model to one place. A version is there whole or not at all, and never changes.</summary>
internal interface IPublisher
{
    /// <summary>What <see cref="PublishAsync"/> would do; changes nothing.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The version is taken by other content, or there is no merged model.</exception>
    Task<Publication> PlanAsync(PublicationContent content, CancellationToken cancellation);

    /// <summary>Publishes, or finds that the same content is published already.</summary>
    /// <param name="content">What to publish.</param>
    /// <param name="advanced">Told how many bytes were worked on, now and then; weights count twice.</param>
    /// <param name="cancellation">Stops between two steps; no version is there then, or all of it.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The version is taken, the merged model is damaged, or the place does not allow it.</exception>
    Task<Publication> PublishAsync(PublicationContent content, Action<long>? advanced, CancellationToken cancellation);

    /// <summary>The version that users get who name none; null when nothing is published.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The place cannot be read.</exception>
    Task<PublishedModel?> CurrentAsync(CancellationToken cancellation);

    /// <summary>A version; null when it is not published.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The place cannot be read.</exception>
    Task<PublishedModel?> FindAsync(PublicationVersion version, CancellationToken cancellation);

    /// <summary>What is published or proposed with a given list of files; null when nothing is. Its files are not compared with the list.</summary>
    /// <param name="listDigest">SHA-256 of the list, lower-case hex.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The place cannot be read.</exception>
    Task<PublishedModel?> FindListedAsync(string listDigest, CancellationToken cancellation);

    /// <summary>Lets users who name no version get an earlier one again. No version changes, and no tag moves.</summary>
    /// <param name="wanted">The version; null for the one before the highest.</param>
    /// <param name="dryRun">Whether to change nothing.</param>
    /// <param name="cancellation">Stops; it is done then, or it is not.</param>
    /// <exception cref="Diagnostics.MergeOpsException">There is no such version, somebody else changes the place, or it does not allow it.</exception>
    Task<RolledBack> RollBackAsync(PublicationVersion? wanted, bool dryRun, CancellationToken cancellation);
}
