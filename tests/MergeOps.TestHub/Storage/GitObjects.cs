using System.Security.Cryptography;
using System.Text;

namespace MergeOps.TestHub.Storage;

/// <summary>The ids that git gives to blobs, trees and commits: SHA-1 of a kind, a length and the bytes.</summary>
internal static class GitObjects
{
    /// <summary>The id of a file's bytes.</summary>
    public static string BlobId(ReadOnlySpan<byte> bytes) => Id("blob", bytes);

    /// <summary>The ids of all folders of a tree, by path; the root's path is empty.</summary>
    public static SortedDictionary<string, string> TreeIds(IEnumerable<KeyValuePair<string, StoredFile>> files)
    {
        var folders = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal) { [""] = new(StringComparer.Ordinal) };
        foreach (var (path, file) in files)
        {
            for (var folder = Parent(path); folder.Length > 0; folder = Parent(folder))
            {
                folders.TryAdd(folder, new(StringComparer.Ordinal));
            }

            folders[Parent(path)][Name(path)] = file.BlobId;
        }

        var ids = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in folders.Keys.OrderByDescending(path => path.Count(c => c == '/')).ThenByDescending(path => path.Length))
        {
            ids[folder] = TreeId(folders[folder], ids.Where(child => child.Key.Length > 0 && Parent(child.Key) == folder).Select(child => (Name(child.Key), child.Value)));
        }

        return ids;
    }

    /// <summary>The id of a commit.</summary>
    public static string CommitId(string tree, string? parent, DateTimeOffset date, string author, string message)
    {
        var who = $"{author} <{author}@users.noreply.example> {date.ToUnixTimeSeconds()} +0000";
        var lines = $"tree {tree}\n{(parent is null ? "" : $"parent {parent}\n")}author {who}\ncommitter {who}\n\n{message}\n";
        return Id("commit", Encoding.UTF8.GetBytes(lines));
    }

    private static string TreeId(IEnumerable<KeyValuePair<string, string>> files, IEnumerable<(string Name, string Id)> folders)
    {
        // git sorts a folder as if its name ended with a slash
        var entries = files.Select(file => (Sort: file.Key, Mode: "100644", Name: file.Key, Id: file.Value))
            .Concat(folders.Select(folder => (Sort: folder.Name + "/", Mode: "40000", folder.Name, folder.Id)))
            .OrderBy(entry => entry.Sort, StringComparer.Ordinal);
        using var tree = new MemoryStream();
        foreach (var entry in entries)
        {
            tree.Write(Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0"));
            tree.Write(Convert.FromHexString(entry.Id));
        }

        return Id("tree", tree.ToArray());
    }

    private static string Id(string kind, ReadOnlySpan<byte> bytes)
    {
#pragma warning disable CA5350 // git's ids are SHA-1
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        sha.AppendData(Encoding.ASCII.GetBytes($"{kind} {bytes.Length}\0"));
        sha.AppendData(bytes);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
