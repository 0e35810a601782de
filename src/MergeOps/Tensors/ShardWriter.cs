using System.Collections.Frozen;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// The files of a layout in a folder, written by position from any number of threads. Opening a folder of an earlier
/// run keeps the bytes that it has, so that a resume can read them back and go on.
/// </summary>
internal sealed class ShardWriter : IDisposable
{
    private readonly string folder;
    private readonly ShardLayout layout;
    private readonly FrozenDictionary<string, DurableFile> files;

    private ShardWriter(string folder, ShardLayout layout, FrozenDictionary<string, DurableFile> files) =>
        (this.folder, this.layout, this.files) = (folder, layout, files);

    /// <summary>Makes or opens every file of the layout, reserves its space and writes its header, and writes the index where there is one.</summary>
    /// <param name="folder">A folder that exists and belongs to this run alone.</param>
    /// <param name="layout">The layout.</param>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public static ShardWriter Open(string folder, ShardLayout layout)
    {
        var files = new Dictionary<string, DurableFile>(StringComparer.Ordinal);
        try
        {
            foreach (var component in FoldersOf(layout).Where(component => component != ComponentName.Own))
            {
                DurableFolder.Create(Path.Combine(folder, component));
            }

            foreach (var shard in layout.Shards)
            {
                var file = DurableFile.OpenOrCreate(Path.Combine(folder, shard.Name), shard.Length);
                files.Add(shard.Name, file);
                file.Write(0, shard.Header.AsSpan());
            }

            foreach (var (path, index) in layout.Indexes)
            {
                DurableFile.WriteAllBytesAtomically(Path.Combine(folder, path), index.AsSpan());
            }
        }
        catch
        {
            DisposeAll(files.Values);
            throw;
        }

        return new ShardWriter(folder, layout, files.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Writes a piece of a tensor.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="offset">The piece's first byte in the tensor.</param>
    /// <param name="bytes">The piece.</param>
    /// <exception cref="MergeOpsException">The disk is full or failed.</exception>
    public void Write(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        var place = Place(tensor, offset, bytes.Length);
        files[place.File].Write(place.Offset + offset, bytes);
    }

    /// <summary>Writes a piece of a tensor, unless another thread is writing to the same file right now.</summary>
    /// <returns>Whether it did.</returns>
    /// <exception cref="MergeOpsException">The disk is full or failed.</exception>
    public bool TryWrite(string tensor, long offset, ReadOnlySpan<byte> bytes)
    {
        var place = Place(tensor, offset, bytes.Length);
        return files[place.File].TryWrite(place.Offset + offset, bytes);
    }

    /// <summary>Lets the disk begin with a piece of a tensor that is written.</summary>
    public void StartFlush(string tensor, long offset, long length)
    {
        var place = layout.Tensors[tensor];
        files[place.File].StartFlush(place.Offset + offset, length);
    }

    /// <summary>Fills the buffer with a piece of a tensor as it stands in the file now.</summary>
    /// <exception cref="MergeOpsException">The disk failed.</exception>
    public void Read(string tensor, long offset, Span<byte> buffer)
    {
        var place = Place(tensor, offset, buffer.Length);
        files[place.File].Read(place.Offset + offset, buffer);
    }

    /// <summary>Brings everything to the disk.</summary>
    /// <exception cref="MergeOpsException">The system could not.</exception>
    public void Flush()
    {
        foreach (var file in files.Values)
        {
            file.Flush();
        }

        foreach (var component in FoldersOf(layout))
        {
            DurableFolder.Flush(Path.Combine(folder, component));
        }

        DurableFolder.Flush(folder);
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAll(files.Values);

    private static IEnumerable<string> FoldersOf(ShardLayout layout) => layout.Shards.Select(shard => ComponentName.FolderOf(shard.Name)).Distinct(StringComparer.Ordinal);

    private TensorInfo Place(string tensor, long offset, int length)
    {
        var place = layout.Tensors[tensor];
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, place.ByteLength);
        return place;
    }

    private static void DisposeAll(IEnumerable<DurableFile> files)
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }
}
