using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.Recipes;

namespace MergeOps.Pipeline;

/// <summary>From a merged model that passed to a published version.</summary>
internal static class PublishModel
{
    private const string FolderScheme = "folder:";

    /// <summary>The folder to publish to; null when neither the recipe nor the caller names a target.</summary>
    /// <param name="recipe">The recipe; its folder starts relative paths of its own.</param>
    /// <param name="to"><c>folder:DIR</c> from the caller, relative to the current folder, or null.</param>
    /// <exception cref="MergeOpsException">The target is of a kind that this version cannot publish to.</exception>
    public static string? TargetOf(Recipe recipe, string? to) => to switch
    {
        null when recipe.Publish?.FolderPath is { } folder => Path.GetFullPath(Path.Combine(recipe.Folder, folder.Value)),
        null when recipe.Publish?.Hub is { } hub => throw NotYet($"hub:{hub.Value}", hub.Span),
        null => null,
        _ when to.StartsWith(FolderScheme, StringComparison.Ordinal) && to.Length > FolderScheme.Length => Path.GetFullPath(to[FolderScheme.Length..]),
        _ => throw NotYet(to, null),
    };

    /// <summary>Publishes, or finds that the same content is published already.</summary>
    /// <exception cref="MergeOpsException">The version is taken, the model is damaged, or the disk does not allow it.</exception>
    public static Publication Run(
        PublicationContent content, string target, bool dryRun, IStageObserver observer, CancellationToken cancellation)
    {
        observer.Started(Stage.Publish);
        var publisher = new FolderPublisher(target);
        var total = 2 * new DirectoryInfo(content.MergedFolder).EnumerateFiles("*.safetensors").Sum(file => file.Length);
        var done = 0L;
        var publication = dryRun
            ? publisher.Plan(content)
            : publisher.Publish(
                content, bytes => observer.Advanced(Stage.Publish, "", new Work(done += bytes, total, WorkUnit.Bytes)), cancellation);
        var (end, verb) = publication.WasThere ? (StageEnd.AlreadyTrue, "is published")
            : dryRun ? (StageEnd.NotAsked, "would be published")
            : (StageEnd.Done, "published");
        observer.Finished(Stage.Publish, end, $"version {publication.Version} {verb} in {publication.Place}");
        return publication;
    }

    private static MergeOpsException NotYet(string target, SourceSpan? span) => new(
        Codes.TargetNotAvailable, $"{TerminalText.Quoted(target)}; the targets are folder:DIR.", span);
}
