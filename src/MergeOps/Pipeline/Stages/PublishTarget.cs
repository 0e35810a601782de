using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

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
    /// <exception cref="MergeOpsException">It is neither, or a folder that cannot take versions.</exception>
    public static PublishTarget? Of(Recipe recipe, string? to)
    {
        var target = Named(recipe, to);
        return target?.Objection(recipe) is { } objection
            ? throw new MergeOpsException(Codes.TargetNotAvailable, objection, to is null ? recipe.Publish!.FolderPath!.Span : null)
            : target;
    }

    /// <summary>An error where the folder that a recipe names cannot take versions: known before anything is merged.</summary>
    public static void Check(Recipe recipe, DiagnosticBag found)
    {
        if (recipe.Publish?.FolderPath is { } folder && Named(recipe, null)!.Objection(recipe) is { } objection)
        {
            found.Error(Codes.TargetNotAvailable, objection, folder.Span);
        }
    }

    private static PublishTarget? Named(Recipe recipe, string? to) => to switch
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

    // versions are written into the folder, and a model that is merged must stay what it is
    private string? Objection(Recipe recipe)
    {
        if (Folder is null)
        {
            return null;
        }

        for (var place = Folder; place is not null; place = Path.GetDirectoryName(place))
        {
            if (File.Exists(place))
            {
                return $"{TerminalText.Quoted(place)} is a file. Name a folder, which need not exist yet.";
            }
        }

        return ReferencedModels.Of(recipe).FirstOrDefault(model => ModelLocation.FindLocal(model.Value, recipe.ModelsFolder) is { } path && IsInside(path)) is { } holder
            ? $"{TerminalText.Quoted(Folder)} lies in the folder of {TerminalText.Quoted(holder.Value.ToString())}, which is merged and must stay as it is. Name another folder."
            : null;
    }

    private bool IsInside(string model) =>
        (RealPath.Of(Folder!), RealPath.Of(model)) is ({ } place, { } holder)
        && (place + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(holder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

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
