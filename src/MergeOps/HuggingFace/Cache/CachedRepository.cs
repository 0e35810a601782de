using System.Collections.Immutable;

namespace MergeOps.HuggingFace.Cache;

/// <summary>One commit of a cached repository.</summary>
/// <param name="Commit">The name of its folder: 40 hexadecimal digits.</param>
/// <param name="Folder">Its absolute path.</param>
/// <param name="Refs">The branches and tags that are noted to be this commit.</param>
/// <param name="Files">How many files of it are there.</param>
/// <param name="Blobs">The contents that its links lead to, by their file names.</param>
/// <param name="Bytes">The sizes of its files.</param>
/// <param name="LastUsed">When one of them was last fetched or read, as far as the disk knows.</param>
internal sealed record CachedSnapshot(
    string Commit,
    string Folder,
    ImmutableArray<string> Refs,
    int Files,
    ImmutableHashSet<string> Blobs,
    long Bytes,
    DateTime LastUsed);

/// <summary>One repository of a cache.</summary>
/// <param name="Name">Its name on the Hub.</param>
/// <param name="Folder">Its absolute path.</param>
/// <param name="Bytes">What it takes on the disk, unfinished downloads included.</param>
/// <param name="Snapshots">Its commits, the one used last first.</param>
internal sealed record CachedRepository(RepositoryName Name, string Folder, long Bytes, ImmutableArray<CachedSnapshot> Snapshots);
