using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>Which files of a model are used of whichever model it is, told from their names.</summary>
internal static class ModelFiles
{
    /// <summary>Those beside its weights.</summary>
    public static IEnumerable<string> OfEveryModel(IReadOnlyCollection<string> paths) =>
        paths.Where(path => path == ModelFileNames.Config).Concat(CheckpointLayout.IndexesIn(paths)).Concat(PickledLayout.IndexIn(paths));

    /// <summary>Whether a file with this path can be used of a model, whatever the rest of it says.</summary>
    public static bool CanBeUsed(string path) =>
        CheckpointLayout.IsWeights(path) || path == ModelFileNames.Config || CheckpointLayout.IsIndex(path) || CompanionFiles.CanBe(path);
}
