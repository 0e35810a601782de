using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>Which files of a model are used of whichever model it is, told from their names.</summary>
internal static class ModelFiles
{
    /// <summary>Those beside its weights.</summary>
    /// <param name="paths">Its files.</param>
    /// <param name="components">Its components.</param>
    public static IEnumerable<string> OfEveryModel(IReadOnlyCollection<string> paths, IEnumerable<string> components) =>
        components.Prepend(ComponentName.Own).SelectMany(component => OfFolder([.. ComponentName.FilesIn(component, paths)]).Select(file => ComponentName.In(component, file)));

    /// <summary>Whether a file with this path can be used of a model, whatever the rest of it says.</summary>
    public static bool CanBeUsed(string path) =>
        CheckpointLayout.IsWeights(path) || path == ModelFileNames.Config || CheckpointLayout.IsIndex(path) || PickledLayout.IsPart(path) || CompanionFiles.CanBe(path);

    private static IEnumerable<string> OfFolder(IReadOnlyCollection<string> names) =>
        names.Where(name => name == ModelFileNames.Config).Concat(CheckpointLayout.IndexesIn(names)).Concat(PickledLayout.IndexIn(names));
}
