using System.Text.Json.Nodes;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>How trees and paths-info describe a file or a folder: LFS digests are called <c>lfs.oid</c> here.</summary>
internal static class TreeEntry
{
    /// <summary>A file.</summary>
    public static JsonObject Of(string path, StoredFile file, Commit? last)
    {
        var entry = new JsonObject { ["type"] = "file", ["oid"] = file.BlobId, ["size"] = file.Size, ["path"] = path };
        if (file.Sha256 is not null)
        {
            entry["lfs"] = new JsonObject { ["oid"] = file.Sha256, ["size"] = file.Size, ["pointerSize"] = file.PointerSize };
        }

        return Expanded(entry, last);
    }

    /// <summary>A folder.</summary>
    public static JsonObject Of(string path, string id, Commit? last) =>
        Expanded(new JsonObject { ["type"] = "directory", ["oid"] = id, ["size"] = 0, ["path"] = path }, last);

    /// <summary>What stands at a path of a commit; null if nothing does.</summary>
    public static JsonObject? At(Commit commit, string path, bool expand)
    {
        var last = expand ? commit : null;
        return commit.Files.TryGetValue(path, out var file) ? Of(path, file, last is null ? null : LastChange(commit, path))
            : path.Length > 0 && commit.Folders.TryGetValue(path, out var id) ? Of(path, id, last)
            : null;
    }

    private static Commit LastChange(Commit commit, string path) =>
        commit.History().TakeWhile(c => c.Files.GetValueOrDefault(path)?.BlobId == commit.Files[path].BlobId).Last();

    private static JsonObject Expanded(JsonObject entry, Commit? last)
    {
        if (last is not null)
        {
            entry["lastCommit"] = new JsonObject { ["id"] = last.Id, ["title"] = last.Title, ["date"] = last.Date.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture) };
        }

        return entry;
    }
}
