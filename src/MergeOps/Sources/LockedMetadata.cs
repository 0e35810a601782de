using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;

namespace MergeOps.Sources;

/// <summary>The metadata that a lock names, held against what the lock itself says.</summary>
internal static class LockedMetadata
{
    /// <summary>The metadata of a recipe's model or adapter on the Hub.</summary>
    /// <exception cref="MergeOpsException">There is no lock, it does not have the model, its metadata file is missing, or it disagrees with that.</exception>
    public static RepositoryMetadata Of(Recipe recipe, ModelPart part, ModelLock? modelLock, LockedEntry? locked)
    {
        var model = part.Model;
        var name = model.Value.ToString();
        if (modelLock is null)
        {
            throw new MergeOpsException(
                Codes.LockMissing,
                $"'{name}' is on the Hub, and plans read models on the Hub only through the lock. Run `mergeops lock {recipe.Path}` and commit what it writes.",
                model.Span);
        }

        if (locked?.Commit is not { } commit)
        {
            var why = locked is null ? "is not in the lock" : "was a local model when it was locked, but is not one here";
            throw new MergeOpsException(Codes.LockDisagrees, $"'{name}' {why}. Run `mergeops lock {recipe.Path}`.", model.Span);
        }

        var metadata = (locked.Metadata is { } digest ? new MetadataFolder(recipe.Folder).Find(digest) : null)
            ?? throw new MergeOpsException(
                Codes.MetadataMissing,
                $"The lock names the metadata of '{name}' as .locks/{locked.Metadata}.json beside the recipe. Commit that file with the lock, or run `mergeops lock {recipe.Path}` to collect it again.",
                model.Span);
        // an older lock may list files that no longer travel, and nothing is done with them
        return metadata.Commit == commit && UsedFiles.Of(recipe, part, metadata).All(locked.Files.ToHashSet().Contains) && locked.Files.All(metadata.Files.ToHashSet().Contains)
            ? metadata
            : throw new MergeOpsException(
                Codes.LockDisagrees, $"The lock lists different files of '{name}' than this recipe uses. Run `mergeops lock {recipe.Path}`.", model.Span);
    }
}
