using MergeOps.Pipeline.Scoring;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>From a merged model that passed to a published version.</summary>
internal static class PublishModel
{
    /// <summary>Publishes, or finds that the same content is published already.</summary>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">The version is taken, the model is damaged, the target does not allow it, or the user's signing key cannot sign.</exception>
    public static async Task<Publication> RunAsync(
        HostEnvironment environment, PublicationContent content, PublishTarget target, bool dryRun, ExternalScoring? commands, IStageObserver observer, CancellationToken cancellation)
    {
        observer.Started(Stage.Publish);
        using var signer = ModelSigner.Of(environment, commands, observer.Reported, cancellation);
        content = content with { Signer = signer };
        var publisher = target.Open(environment, observer.Reported);
        var total = 2 * new DirectoryInfo(content.MergedFolder).EnumerateFiles(ModelFileNames.AnyWeights, SearchOption.AllDirectories).Sum(file => file.Length);
        var done = 0L;
        var publication = dryRun
            ? await publisher.PlanAsync(content, cancellation)
            : await publisher.PublishAsync(content, Advance, cancellation);
        var (end, verb) = publication.WasThere ? (StageEnd.AlreadyTrue, "is published")
            : dryRun ? (StageEnd.NotAsked, "would be published")
            : (StageEnd.Done, "published");
        observer.Finished(Stage.Publish, end, $"version {publication.Version} {verb} in {publication.Place}{publication.Evidence?.Reservation}");
        return publication;

        void Advance(long bytes)
        {
            var now = Interlocked.Add(ref done, bytes);
            lock (publisher)
            {
                observer.Advanced(Stage.Publish, "", new Work(Math.Min(now, total), total, WorkUnit.Bytes));
            }
        }
    }
}
