namespace MergeOps.Publishing;

/// <summary>Writes versions of files that were derived of one model to a place of their own. A version is there whole or not at all, and never changes.</summary>
internal interface IDerivedPublisher
{
    /// <summary>Whether the files of a version are there, whole.</summary>
    /// <param name="origin">The version of the model.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">That version is of another model or not whole, or the place cannot be read.</exception>
    Task<bool> HasAsync(DerivedOrigin origin, CancellationToken cancellation);

    /// <summary>Publishes; interrupted anywhere and run again, it goes on.</summary>
    /// <param name="version">The files, all of them here, or stored in the place.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The folder or address of the version.</returns>
    /// <exception cref="Diagnostics.MergeOpsException">The place holds something else, or does not allow it.</exception>
    Task<string> PublishAsync(DerivedVersion version, CancellationToken cancellation);
}
