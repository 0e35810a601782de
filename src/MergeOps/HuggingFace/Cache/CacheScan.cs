using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>Finds the models and data sets of a cache by their folders' names; what else lies there is not ours to see.</summary>
internal static class CacheScan
{
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    /// <summary>All repositories in ordinal order of their names.</summary>
    public static ImmutableArray<CachedRepository> Of(HubCache cache) => Directory.Exists(cache.Folder)
        ?
        [
            .. from folder in new DirectoryInfo(cache.Folder).EnumerateDirectories()
               let name = HubCache.NameOf(folder.Name)
               where name is not null
               let repository = Repository(name, folder)
               orderby repository.Name.ToString()
               select repository,
        ]
        : [];

    /// <summary>One repository as it is now.</summary>
    public static CachedRepository Repository(RepositoryName name, DirectoryInfo folder)
    {
        var refs = Refs(Path.Combine(folder.FullName, "refs")).ToLookup(entry => entry.Commit, entry => entry.Name);
        var snapshots = Folders(Path.Combine(folder.FullName, "snapshots")).Select(snapshot => Snapshot(snapshot, refs)).ToList();
        var blobs = Files(Path.Combine(folder.FullName, "blobs")).Sum(blob => blob.Length);
        var plain = snapshots.Sum(snapshot => Files(snapshot.Folder).Where(file => file.LinkTarget is null).Sum(file => file.Length));
        return new CachedRepository(
            name, folder.FullName, blobs + plain, [.. snapshots.OrderByDescending(s => s.LastUsed).ThenBy(s => s.Commit, StringComparer.Ordinal)]);
    }

    /// <summary>The files below a folder, links as themselves; none when there is no such folder.</summary>
    public static IEnumerable<FileInfo> Files(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", Everywhere) : [];

    /// <summary>The notes of what branches and tags are.</summary>
    public static IEnumerable<(string Name, string Commit, string Path)> Refs(string folder) =>
        Files(folder).Select(file => (
            Path.GetRelativePath(folder, file.FullName).Replace('\\', '/'), PlainFile.ReadText(file.FullName).Trim(), file.FullName));

    private static IEnumerable<DirectoryInfo> Folders(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateDirectories() : [];

    private static CachedSnapshot Snapshot(DirectoryInfo folder, ILookup<string, string> refs)
    {
        var files = Files(folder.FullName).ToList();
        var contents = files.Select(file => file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo).OfType<FileInfo>()
            .Where(content => content.Exists)
            .ToList();
        return new CachedSnapshot(
            folder.Name,
            folder.FullName,
            [.. refs[folder.Name].Order(StringComparer.Ordinal)],
            files.Count,
            [.. files.Where(file => file.LinkTarget is not null).Select(file => Path.GetFileName(file.LinkTarget!))],
            contents.Sum(content => content.Length),
            contents.Select(content => content.LastAccessTimeUtc).Append(folder.LastWriteTimeUtc).Max());
    }
}
