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
}
