using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Targets;

/// <summary>A folder with a folder for each version.</summary>
internal sealed class Folder : TargetKind
{
    /// <inheritdoc/>
    public override KeyDeclaration Key { get; } = new("folder", new PathShape(), Affects.Approval, "a folder, relative to the recipe");

    /// <inheritdoc/>
    public override string Form => "DIR";

    /// <inheritdoc/>
    public override string Identity(string place, string folder) =>
        place.Any(char.IsControl) ? place : Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, place)));

    /// <inheritdoc/>
    protected override PublishTarget At(string place, string folder, KeyValues values) => new Target(Path.GetFullPath(place, folder));

    private sealed record Target(string Root) : PublishTarget
    {
        public override string Identity => $"folder:{Path.TrimEndingDirectorySeparator(Root)}";

        public override bool Overlaps(PublishTarget other) =>
            other is Target { Root: var theirs } && (RealPath.Of(Root), RealPath.Of(theirs)) is ({ } mine, { } their) && (IsWithin(mine, their) || IsWithin(their, mine));

        public override IPublisher Open(HostEnvironment environment, Action<string> tell) => new FolderPublisher(Root, KnownDigests.Of(environment), environment.Clock);

        public override IDerivedPublisher OpenDerived(HostEnvironment environment, Action<string> tell) => new DerivedFolder(Root, KnownDigests.Of(environment), environment.Clock);

        public override PublishTarget PreviewOf(int pull) => new Target($"{Root}-preview-{pull}");

        public override string? CurrentFolder(HostEnvironment environment) =>
            new PublishedVersions(Root, environment.Clock) is { Current: { } current } versions ? versions.FolderOf(current) : null;

        // versions are written into the folder, and a model that is merged must stay what it is
        public override string? Objection(Recipe recipe)
        {
            for (var place = Root; place is not null; place = Path.GetDirectoryName(place))
            {
                if (File.Exists(place))
                {
                    return $"{TerminalText.Quoted(place)} is a file. Name a folder; it does not have to exist yet.";
                }
            }

            return ReferencedModels.PartsOf(recipe).FirstOrDefault(part => ModelLocation.FindLocal(part.Model.Value.Path, recipe.ModelsFolder) is { } path && IsInside(path)) is { Model: var holder }
                ? $"{TerminalText.Quoted(Root)} is in the folder of {TerminalText.Quoted(holder.Value.ToString())}, which is an input of the merge and must not change. Name another folder."
                : null;
        }

        private bool IsInside(string model) =>
            (RealPath.Of(Root), RealPath.Of(model)) is ({ } place, { } holder) && IsWithin(place, holder);

        private static bool IsWithin(string place, string holder) =>
            (place + Path.DirectorySeparatorChar).StartsWith(holder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
