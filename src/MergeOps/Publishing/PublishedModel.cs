namespace MergeOps.Publishing;

/// <summary>A published version that others are compared with; its weights are fetched only when somebody asks.</summary>
/// <param name="Version">The version.</param>
/// <param name="Files">The list of its files.</param>
/// <param name="Content">What tells it from another publication.</param>
/// <param name="FolderAsync">Brings the whole version to this machine and gives its folder.</param>
internal sealed record PublishedModel(
    PublicationVersion Version, PublicationManifest Files, PublishedContent Content, Func<CancellationToken, Task<string>> FolderAsync)
{
    /// <summary>Opens its files where they lie; null where the whole version lies on this machine.</summary>
    public Func<CancellationToken, Task<IPublishedWeights>>? WeightsAsync { get; init; }
}
