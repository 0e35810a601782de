using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline;

/// <summary>A recipe's lock as it lies beside the recipe now.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Lock">Its content.</param>
/// <param name="IsNew">Whether this run wrote it.</param>
internal sealed record LockedRecipe(string Path, ModelLock Lock, bool IsNew)
{
    /// <summary>How many files it pins.</summary>
    public int FileCount => Lock.Models.Sum(model => model.Files.Length);
}

/// <summary>Pins a recipe's models to their bytes, or compares them with the lock that is there.</summary>
internal static class LockRecipe
{
    /// <summary>Writes the lock of the models as they are now, unless it says so already.</summary>
    /// <exception cref="MergeOpsException">A model is not there or cannot be read, or the lock cannot be written.</exception>
    public static Task<LockedRecipe> WriteAsync(Recipe recipe, CancellationToken cancellation)
    {
        var path = ModelLock.PathFor(recipe.Path);
        var now = new Locker(KnownDigests.Default).Lock(recipe, cancellation);
        var text = Encoding.UTF8.GetBytes(LockText.Write(now));
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(text))
        {
            return Task.FromResult(new LockedRecipe(path, now, IsNew: false));
        }

        DurableFile.WriteAllBytesAtomically(path, text);
        return Task.FromResult(new LockedRecipe(path, now, IsNew: true));
    }

    /// <summary>Compares the models with the lock; each difference goes into the bag. Null when there is no lock.</summary>
    /// <exception cref="MergeOpsException">The lock or a model cannot be read.</exception>
    public static LockedRecipe? Check(Recipe recipe, DiagnosticBag found, CancellationToken cancellation)
    {
        if (Find(recipe) is not { } locked)
        {
            return null;
        }

        foreach (var difference in new Locker(KnownDigests.Default).Check(recipe, locked.Lock, locked.Path, cancellation))
        {
            found.Add(difference);
        }

        return locked;
    }

    /// <summary>The lock beside the recipe, or null.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static LockedRecipe? Find(Recipe recipe)
    {
        var path = ModelLock.PathFor(recipe.Path);
        return File.Exists(path) ? new LockedRecipe(path, LockText.Read(path, File.ReadAllText(path)), IsNew: false) : null;
    }
}
