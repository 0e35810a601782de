using System.Collections.Immutable;
using MergeOps.HuggingFace.Upload;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>Every file of a version, its own list among them, as a folder of that version would hold them.</summary>
internal static class UploadSet
{
    /// <summary>The files in ordinal order of their paths.</summary>
    /// <param name="content">What is published.</param>
    /// <param name="sources">Where the bytes lie.</param>
    /// <param name="version">The version.</param>
    /// <param name="digests">Remembers the SHA-256 of weights.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be read.</exception>
    public static ImmutableArray<UploadFile> Of(PublicationContent content, PublicationSources sources, PublicationVersion version, KnownDigests digests)
    {
        var files = new List<UploadFile>();
        files.AddRange(sources.Stored.Select(shard => new UploadFile(shard.Key, shard.Value.Size, shard.Value.Sha256) { IsStored = true }));
        foreach (var shard in sources.Shards.Where(shard => !sources.Stored.ContainsKey(shard)))
        {
            var path = sources.Locate(shard);
            files.Add(new(shard, new FileInfo(path).Length, digests.Of(path)) { Source = path });
        }

        files.AddRange(sources.Derived.Select(file => new UploadFile(file.Path, file.Size, file.Sha256) { Source = file.Source, IsStored = file.Source is null }));
        files.AddRange(sources.Copied.Select(file => InMemory(file, PlainFile.Read(sources.Locate(file), Array.MaxLength - 1))));
        files.AddRange(sources.Written.Select(file => InMemory(file.Key, file.Value)));
        var listed = files.ToImmutableSortedDictionary(file => file.Path, file => new PublishedFile(file.Size, file.Sha256), StringComparer.Ordinal);
        files.AddRange(ClosingFiles.Of(content, sources.Manifest, version, listed).Select(file => InMemory(file.Path, file.Bytes)));
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private static UploadFile InMemory(string path, byte[] bytes) =>
        new(path, bytes.Length, PublishedFile.Of(bytes).Sha256) { Bytes = bytes };
}
