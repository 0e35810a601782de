using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Recipes;

namespace MergeOps.Pipeline.Stages;

/// <summary>Where a model is published: a folder, or a repository on the Hub.</summary>
/// <param name="Folder">The absolute folder, or null.</param>
/// <param name="Hub">The repository, or null.</param>
internal sealed record PublishTarget(string? Folder, HubDestination? Hub)
{
    private const string FolderScheme = "folder:";
    private const string HubScheme = "hub:";
    private const string Public = "public";

    /// <summary>The target; null when neither the recipe nor the caller names one.</summary>
    /// <param name="recipe">The recipe; its folder starts relative paths of its own.</param>
    /// <param name="to"><c>folder:DIR</c>, relative to the current folder, or <c>hub:OWNER/NAME</c> from the caller, or null.</param>
    /// <exception cref="MergeOpsException">It is neither.</exception>
    public static PublishTarget? Of(Recipe recipe, string? to) => to switch
    {
        null when recipe.Publish?.FolderPath is { } folder => new(Path.GetFullPath(Path.Combine(recipe.Folder, folder.Value)), null),
        null when recipe.Publish?.Hub is { } hub => new(null, DestinationOf(hub.Value, hub.Span, recipe.Publish)),
        null => null,
        _ when to.StartsWith(FolderScheme, StringComparison.Ordinal) && to.Length > FolderScheme.Length => new(Path.GetFullPath(to[FolderScheme.Length..]), null),
        _ when to.StartsWith(HubScheme, StringComparison.Ordinal) => new(null, DestinationOf(to[HubScheme.Length..], null, recipe.Publish)),
        _ => throw new MergeOpsException(Codes.TargetNotAvailable, $"{TerminalText.Quoted(to)}; the targets are folder:DIR and hub:OWNER/NAME."),
    };

    /// <summary>Where people find the preview of a pull request: a pull request on the Hub, or a folder beside the published one.</summary>
    /// <param name="pull">The pull request's number.</param>
    public PublishTarget PreviewOf(int pull) => Hub is { } destination
        ? new(null, destination with { AsPullRequest = true, MakePublic = false })
        : new($"{Folder}-preview-{pull}", null);

    private static HubDestination DestinationOf(string name, SourceSpan? span, PublishSettings? settings) =>
        RepositoryName.TryParse(name) is { Owner: not null } repository
            ? new HubDestination(repository)
            {
                Branch = settings?.Branch?.Value ?? HubDestination.MainBranch,
                AsPullRequest = settings?.PullRequest ?? false,
                MakePublic = settings?.Visibility?.Value == Public,
            }
            : throw new MergeOpsException(
                Codes.TargetNotAvailable, $"{TerminalText.Quoted(name)} is no repository of the Hub; one is named OWNER/NAME in letters, digits, '-', '_' and '.'.", span);
}
