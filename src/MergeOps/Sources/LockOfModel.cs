using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>A recipe's lock for the plan of one of its models alone, which has companion files that the recipe's output takes from another model.</summary>
internal static class LockOfModel
{
    /// <summary>Adds those files: of models on the Hub as the lock's metadata pin them, of local ones as they are now.</summary>
    /// <param name="alone">The recipe of the model alone.</param>
    /// <param name="locked">The lock of the recipe that it is one of.</param>
    /// <param name="digests">What is known of local files.</param>
    public static ModelLock Of(Recipe alone, ModelLock locked, KnownDigests digests)
    {
        var models = ReferencedModels.PartsOf(alone).Where(part => !part.IsAdapter).ToDictionary(part => part.Model.Value.ToString(), part => part.Model, StringComparer.Ordinal);
        return new([
            .. locked.Entries.Select(entry => entry.Kind is LockedKind.Model && models.TryGetValue(entry.Location, out var model)
                ? entry with { Files = entry.Files.With(CompanionsOf(alone, model, entry, digests)) }
                : entry),
        ]);
    }

    private static FileListing CompanionsOf(Recipe alone, Located<ModelReference> model, LockedEntry entry, KnownDigests digests)
    {
        if (entry is { Commit: not null, Metadata: { } digest })
        {
            return new MetadataFolder(alone.Folder).Find(digest) is { } metadata ? metadata.Files.Among(metadata.Companions) : [];
        }

        return LocalModels.Locate(model, alone.ModelsFolder) is { } folder && Directory.Exists(folder)
            ? [.. CompanionFiles.In(folder).Where(file => !entry.Files.Contains(file)).Select(file => digests.FileAt(Path.Combine(folder, file), file, CancellationToken.None))]
            : [];
    }
}
