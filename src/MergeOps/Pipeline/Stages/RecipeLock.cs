using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Yaml;
using MergeOps.Sources;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A recipe's lock as it lies beside the recipe now.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Lock">Its content.</param>
/// <param name="IsNew">Whether this run wrote it.</param>
internal sealed record LockedRecipe(string Path, ModelLock Lock, bool IsNew)
{
    /// <summary>How many files it pins.</summary>
    public int FileCount => Lock.Entries.Sum(model => model.Files.Count);

    /// <summary>Its text as it lies there, but for the line ends of Windows.</summary>
    public string Text { get; init; } = LockText.Write(Lock);

    /// <summary>What is known of the models' files since they were locked or compared.</summary>
    public required KnownDigests Digests { get; init; }

    /// <summary>What this run changed in it, a line for each model.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];
}

/// <summary>How to lock.</summary>
/// <param name="MovesAll">Whether every model on the Hub goes to the head of its revision.</param>
/// <param name="Moved">The one model that goes there, as the recipe writes it or without its revision; null for none.</param>
internal sealed record LockRequest(bool MovesAll = false, string? Moved = null);

/// <summary>Pins a recipe's models to their bytes, or compares them with the lock that is there.</summary>
internal static class RecipeLock
{
    /// <summary>Writes the lock of the models, unless it says so already; models on the Hub stay at the commits that they are locked to.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="family">All recipes of the file that the lock is for.</param>
    /// <param name="request">Which models move on.</param>
    /// <param name="hub">Where models on the Hub are looked at.</param>
    /// <param name="found">Takes what is worth knowing.</param>
    /// <param name="cancellation">Stops; the old lock stays then.</param>
    /// <exception cref="MergeOpsException">
    /// A model is not there or cannot be read, or the lock cannot be written; or the lock that is there cannot be read, and
    /// the request keeps what it pins.
    /// </exception>
    public static async Task<LockedRecipe> WriteAsync(
        HostEnvironment environment, IReadOnlyList<Recipe> family, LockRequest request, HubConnection hub, DiagnosticBag found, CancellationToken cancellation)
    {
        RequireMoved(family, request);
        var path = ModelLock.PathFor(family[0].Path);
        var before = Before(path, request, found);
        var digests = KnownDigests.Of(environment);
        var now = ModelLock.Empty;
        foreach (var recipe in family)
        {
            // a model that another variant has locked just now stays where it is
            var locked = now;
            now = now.With(await new Locker(recipe, digests, hub).LockAsync(
                new([.. locked.Entries, .. before.Entries]),
                model => (request.MovesAll || model.IsCalled(request.Moved)) && !locked.Entries.Any(entry => entry.Location == model.ToString()),
                file => (request.MovesAll || request.Moved == file) && !locked.Entries.Any(entry => entry.Location == file),
                found,
                cancellation));
        }

        var text = Encoding.UTF8.GetBytes(LockText.Write(now));
        if (File.Exists(path) && PlainFile.Read(path).AsSpan().SequenceEqual(text))
        {
            return new LockedRecipe(path, now, IsNew: false) { Digests = digests };
        }

        DurableFile.WriteNamed(path, text);
        return new LockedRecipe(path, now, IsNew: true) { Digests = digests, Changes = before.Entries.IsEmpty ? [] : [.. LockDifference.Between(before, now)] };
    }

    /// <summary>Compares the models with the lock, without the network; each difference goes into the bag. Null when there is no lock.</summary>
    /// <exception cref="MergeOpsException">The lock or a model cannot be read.</exception>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipes">All recipes of a file, or one of its variants.</param>
    /// <param name="found">Takes the differences.</param>
    /// <param name="cancellation">Stops.</param>
    public static LockedRecipe? Check(HostEnvironment environment, IReadOnlyList<Recipe> recipes, DiagnosticBag found, CancellationToken cancellation)
    {
        if (Find(environment, recipes[0]) is not { } locked)
        {
            return null;
        }

        found.AddAll(new LockCheck(recipes, locked.Digests).Run(locked.Lock, locked.Path, cancellation));

        return locked;
    }

    /// <summary>The lock beside the recipe, or null.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static LockedRecipe? Find(HostEnvironment environment, Recipe recipe)
    {
        var path = ModelLock.PathFor(recipe.Path);
        return IsThere(path) && TextOf(path) is var text
            ? new LockedRecipe(path, LockText.Read(path, text), IsNew: false) { Text = text, Digests = KnownDigests.Of(environment) }
            : null;
    }

    /// <summary>The lock beside the recipe, or null; one that cannot be read is an error in the bag.</summary>
    public static LockedRecipe? TryFind(HostEnvironment environment, Recipe recipe, DiagnosticBag found)
    {
        try
        {
            return Find(environment, recipe);
        }
        catch (MergeOpsException unreadable)
        {
            found.Add(unreadable.Diagnostic);
            return null;
        }
    }

    // whatever it is: what stands in the place of a lock must not count as no lock
    private static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    // git may have given it the line ends of Windows, or the marks of a merge
    private static string TextOf(string path)
    {
        if ((RealPath.Of(path) is { } real && Path.Exists(real) ? PlainFile.Objection(path) : "It is a link to a missing file.") is { } objection)
        {
            throw new MergeOpsException(Codes.LockUnreadable, objection, SourceSpan.File(path));
        }

        var text = PlainFile.ReadText(path).Replace("\r\n", "\n", StringComparison.Ordinal);
        return ConflictMarker.Find(new SourceText(path, text)) is { } marker
            ? throw new MergeOpsException(
                Codes.LockUnreadable,
                $"There is an unresolved git conflict in the lock. Choose one of the two sides (`git checkout --ours` or `--theirs` with {TerminalText.Quoted(path)}), then run `mergeops lock`.",
                marker)
            : text;
    }

    // who moves every model needs nothing of what a damaged lock pinned; a newer program's is never written over
    private static ModelLock Before(string path, LockRequest request, DiagnosticBag found)
    {
        if (!IsThere(path))
        {
            return ModelLock.Empty;
        }

        try
        {
            return LockText.Read(path, TextOf(path));
        }
        catch (MergeOpsException broken) when (request.MovesAll && broken.Diagnostic.Code == Codes.LockUnreadable)
        {
            found.Warning(Codes.LockUnreadable, "--upgrade pinned every model again; nothing in the old lock was kept.", broken.Diagnostic.Span);
            return ModelLock.Empty;
        }
    }

    private static void RequireMoved(IReadOnlyList<Recipe> family, LockRequest request)
    {
        if (request.Moved is not { } wanted)
        {
            return;
        }

        var models = family.SelectMany(recipe => ReferencedModels.PartsOf(recipe).Select(part => part.Model).Where(model => LocalModels.Locate(model, recipe.ModelsFolder) is null)).Select(model => model.Value).ToList();
        var files = family.SelectMany(recipe => ReferencedFiles.Of(recipe)).Select(file => file.Location.Value).ToList();
        if (!models.Exists(model => model.IsCalled(wanted)) && !files.Contains(wanted))
        {
            throw new MergeOpsException(
                Codes.ModelNotLocked,
                $"{TerminalText.Quoted(wanted)} is not one of the recipe's models or files on the Hub.{NearestName.Suggestion(wanted, models.Select(model => model.ToString()).Concat(files))}",
                SourceSpan.File(family[0].Path));
        }
    }
}
