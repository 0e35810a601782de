using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Hub;

/// <summary>Pins the models of a recipe: every file that the merge uses, with its size and SHA-256.</summary>
internal sealed class Locker(KnownDigests digests)
{
    /// <summary>Locks every model of the recipe as it is now.</summary>
    /// <exception cref="MergeOpsException">A model is not there or cannot be read.</exception>
    public ModelLock Lock(Recipe recipe, CancellationToken cancellation)
    {
        var models = ImmutableArray.CreateBuilder<LockedModel>();
        foreach (var model in ReferencedModels.Of(recipe))
        {
            var (folder, used) = UsedFiles.Of(recipe, model.Value, LocalModels.Locate(model, recipe.Folder));
            var files = ImmutableArray.CreateBuilder<LockedFile>();
            foreach (var path in used)
            {
                cancellation.ThrowIfCancellationRequested();
                var file = Path.Combine(folder, path);
                files.Add(new(path, new FileInfo(file).Length, new(DigestKind.Sha256, digests.Of(file))));
            }

            models.Add(new(model.Value.ToString(), files.ToImmutable()));
        }

        return new(models.ToImmutable());
    }

    /// <summary>Each difference between a lock and the models as they are now; none when they agree.</summary>
    public IReadOnlyList<Diagnostic> Check(Recipe recipe, ModelLock locked, string lockPath, CancellationToken cancellation)
    {
        var now = Lock(recipe, cancellation);
        var span = SourceSpan.File(lockPath);
        return
        [
            .. now.Models.Where(model => locked.Find(model.Model) is null)
                .Select(model => Diagnostic.Error(Codes.LockDisagrees, $"'{model.Model}' is in the recipe and not in the lock. Run 'mergeops lock'.", span)),
            .. locked.Models.Where(model => now.Find(model.Model) is null)
                .Select(model => Diagnostic.Error(Codes.LockDisagrees, $"'{model.Model}' is in the lock and not in the recipe. Run 'mergeops lock'.", span)),
            .. from model in now.Models
               let before = locked.Find(model.Model)
               where before is not null
               from difference in Differences(model, before)
               select Diagnostic.Error(Codes.LockDisagrees, difference + " Restore the file, or run 'mergeops lock' to accept the change.", span),
        ];
    }

    private static IEnumerable<string> Differences(LockedModel now, LockedModel before)
    {
        foreach (var path in now.Files.Concat(before.Files).Select(file => file.Path).Distinct(StringComparer.Ordinal))
        {
            var file = now.Files.FirstOrDefault(f => f.Path == path);
            var locked = before.Files.FirstOrDefault(f => f.Path == path);
            if (locked is null)
            {
                yield return $"'{path}' of '{now.Model}' is not in the lock.";
            }
            else if (file is null)
            {
                yield return $"'{path}' of '{now.Model}' is in the lock and gone from the folder.";
            }
            else if (file != locked)
            {
                yield return $"'{path}' of '{now.Model}' has {file.Size} bytes and {Short(file.Digest)}; the lock says {locked.Size} and {Short(locked.Digest)}.";
            }
        }
    }

    private static string Short(BlobDigest digest) => digest.ToString()[..19] + "…";
}
