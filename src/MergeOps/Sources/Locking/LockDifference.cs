using MergeOps.Architectures;
using MergeOps.Tensors;

namespace MergeOps.Sources.Locking;

/// <summary>What changed between two locks, in sentences for people.</summary>
internal static class LockDifference
{
    /// <summary>A line for each thing that came, went or moved.</summary>
    public static IEnumerable<string> Between(ModelLock before, ModelLock now)
    {
        foreach (var model in now.Entries)
        {
            var line = before.Find(model.Location, model.Kind) switch
            {
                null => $"+ {model.Location}{(model.Commit is { } commit ? $" at {commit[..12]}" : "")}",
                { } was when was.Commit != model.Commit => $"~ {model.Location}: {Short(was.Commit)} → {Short(model.Commit)}, {Changes(was, model)}",
                { } was when !was.Files.SequenceEqual(model.Files) => $"~ {model.Location}: {Changes(was, model)}",
                { } was when was.Gated != model.Gated => $"~ {model.Location}: {(model.Gated is null ? "no longer gated" : $"gated ({model.Gated})")}",
                _ => null,
            };
            if (line is not null)
            {
                yield return line;
            }
        }

        foreach (var gone in before.Entries.Where(model => now.Find(model.Location, model.Kind) is null))
        {
            yield return $"- {gone.Location}";
        }
    }

    /// <summary>A sentence for each file of a model that is not as it was locked.</summary>
    public static IEnumerable<string> OfFiles(LockedEntry now, LockedEntry before)
    {
        foreach (var path in now.Files.Paths.Union(before.Files.Paths, StringComparer.Ordinal))
        {
            var file = now.Files.Find(path);
            var locked = before.Files.Find(path);
            if (locked is null)
            {
                yield return $"'{path}' of '{now.Location}' is not in the lock.";
            }
            else if (file is null)
            {
                // an older lock may list files that no longer travel
                if (ModelFiles.CanBeUsed(path))
                {
                    yield return $"'{path}' of '{now.Location}' is in the lock, but no longer in the folder.";
                }
            }
            else if (file.Digest != locked.Digest)
            {
                yield return $"'{path}' of '{now.Location}' has {file.Size:N0} bytes and {Short(file.Digest)}; the lock says {locked.Size:N0} and {Short(locked.Digest)}.";
            }
        }
    }

    private static string Changes(LockedEntry before, LockedEntry now)
    {
        var changed = now.Files.DifferencesFrom(before.Files).Select(file => file.Path).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return changed.Count == 0 ? "the same files" : $"other {string.Join(", ", changed)}";
    }

    private static string Short(string? commit) => commit?[..12] ?? "local";

    private static string Short(BlobDigest digest) => digest.ToString()[..19] + "…";
}
