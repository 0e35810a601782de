using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Cache;

/// <summary>
/// The folder of downloaded models and data that this program shares with the Hub's Python tools, in their layout: content by
/// digest in <c>blobs</c>, commits as folders of links in <c>snapshots</c>, names of commits in <c>refs</c>. Whatever
/// appears under a final name is whole; names of unfinished things are unique to the process that makes them.
/// </summary>
/// <param name="folder">The cache's absolute path.</param>
/// <param name="usesLinks">Whether snapshots link to blobs; else they hold the same files under a second name.</param>
internal sealed class HubCache(string folder, bool usesLinks = true)
{
    // https://bford.info/cachedir/
    private const string TagText = "Signature: 8a477f597d28d172789f06886806bc55\n# Downloaded models; backups may leave them out.\n";

    private const string Separator = "--";

    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(10);

    /// <summary>The cache that these settings name.</summary>
    public static HubCache Of(HubSettings settings) => new(settings.CacheFolder, settings.UsesLinks);

    /// <summary>The cache's absolute path.</summary>
    public string Folder { get; } = folder;

    /// <summary>The repository whose folder has a name; null when it is none.</summary>
    public static RepositoryName? NameOf(string folder) =>
        RepositoryName.Collections.Where(collection => folder.StartsWith(NamePrefix(collection.Key), StringComparison.Ordinal))
            .Select(collection => RepositoryName.TryParse(folder[NamePrefix(collection.Key).Length..].Replace(Separator, "/", StringComparison.Ordinal), collection.Value))
            .FirstOrDefault();

    /// <summary>Everything of one repository.</summary>
    public string RepositoryFolder(RepositoryName name) => Path.Combine(Folder, FolderName(name));

    /// <summary>The files of one commit; need not exist.</summary>
    public string SnapshotFolder(RepositoryName name, string commit) => Path.Combine(RepositoryFolder(name), "snapshots", commit);

    /// <summary>The contents of one repository's files.</summary>
    public string BlobFolder(RepositoryName name) => Path.Combine(RepositoryFolder(name), "blobs");

    /// <summary>A file's content; need not exist.</summary>
    public string BlobPath(RepositoryName name, BlobDigest digest) => Path.Combine(BlobFolder(name), digest.Hex);

    /// <summary>The file by which processes agree who downloads a content.</summary>
    public string LockPath(RepositoryName name, BlobDigest digest) => Path.Combine(LockFolder(name), digest.Hex + ".lock");

    /// <summary>Where a file of a commit lies, or null when it is not cached.</summary>
    /// <exception cref="MergeOpsException">It is a link that leaves the repository.</exception>
    public string? Find(RepositoryName name, string commit, string path)
    {
        var snapshot = SnapshotFolder(name, commit);
        // a link exists for .NET even when what it leads to does not
        return PortablePath.Objection(path) is null && RealPath.Of(Path.Combine(snapshot, path)) is { } real && File.Exists(real)
            ? new ModelFolder(snapshot).Locate(path)
            : null;
    }

    /// <summary>The commit that a branch or tag was when it was last asked for, or null.</summary>
    public string? ReadRef(RepositoryName name, string revision) =>
        RefPath(name, revision) is { } path && File.Exists(path) && BlobDigest.OfHex(PlainFile.ReadText(path).Trim()) is { Kind: DigestKind.GitBlob, Hex: var commit }
            ? commit
            : null;

    /// <summary>Notes what a branch or tag is now; a commit needs no note.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public void WriteRef(RepositoryName name, string revision, string commit)
    {
        if (revision != commit && RefPath(name, revision) is { } path && ReadRef(name, revision) != commit)
        {
            Publish(name, path, temporary =>
            {
                var bytes = Encoding.ASCII.GetBytes(commit);
                using var file = DurableFile.OpenOrCreate(temporary, bytes.Length);
                file.Write(0, bytes);
                file.Flush();
            });
        }
    }

    /// <summary>Lets a file of a commit be a content that is there.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public void Place(RepositoryName name, string commit, string path, BlobDigest digest)
    {
        var entry = Path.Combine(SnapshotFolder(name, commit), path);
        var target = Path.Combine([.. Enumerable.Repeat("..", path.Count(c => c == '/') + 2), "blobs", digest.Hex]);
        if (new FileInfo(entry).LinkTarget != target)
        {
            Publish(name, entry, temporary =>
            {
                if (!usesLinks || !TryLink(temporary, target))
                {
                    DurableFile.LinkOrCopy(BlobPath(name, digest), temporary);
                }
            });
        }
    }

    /// <summary>Makes the folders of a repository and of one commit, and tells backups what they are.</summary>
    /// <exception cref="MergeOpsException">The disk or its permissions do not allow it.</exception>
    public void Prepare(RepositoryName name, string commit, DateTime now)
    {
        DurableFolder.Create(BlobFolder(name));
        DurableFolder.Create(LockFolder(name));
        DropAbandoned(LockFolder(name), now);
        DurableFolder.Create(SnapshotFolder(name, commit));
        var tag = Path.Combine(Folder, "CACHEDIR.TAG");
        if (!File.Exists(tag))
        {
            DurableFile.WriteAllBytesAtomically(tag, Encoding.ASCII.GetBytes(TagText));
        }
    }

    /// <summary>Notes that a commit was used now, which keeps it from being cleaned away.</summary>
    public void NoteUse(RepositoryName name, string commit, DateTime now)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(SnapshotFolder(name, commit), now);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // a cache that is read-only is not cleaned either
        }
    }

    private static string FolderName(RepositoryName name) => NamePrefix(name.Collection) + name.Id.Replace("/", Separator, StringComparison.Ordinal);

    private static string NamePrefix(string collection) => collection + Separator;

    private string LockFolder(RepositoryName name) => Path.Combine(Folder, ".locks", FolderName(name));

    private string? RefPath(RepositoryName name, string revision) =>
        PortablePath.Objection(revision) is null ? Path.Combine(RepositoryFolder(name), "refs", revision) : null;

    // Other programs take whatever lies in refs and snapshots for finished.
    private void Publish(RepositoryName name, string path, Action<string> make)
    {
        DurableFolder.Create(LockFolder(name));
        DurableFolder.Create(Path.GetDirectoryName(path)!);
        var temporary = Path.Combine(LockFolder(name), $"{Guid.NewGuid():N}.tmp");
        try
        {
            make(temporary);
            DurableFolder.Rename(temporary, path);
        }
        finally
        {
            WriteFailure.Guard(temporary, () => File.Delete(temporary));
        }
    }

    // a name is made in no time, so that nobody is still at an old one
    private static void DropAbandoned(string folder, DateTime now)
    {
        foreach (var left in new DirectoryInfo(folder).EnumerateFiles("*.tmp").Where(file => now - file.LastWriteTimeUtc > Abandoned))
        {
            WriteFailure.Guard(left.FullName, left.Delete);
        }
    }

    private static bool TryLink(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
            return true;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // Windows wants a privilege for links, and some disks know none
            return false;
        }
    }
}
