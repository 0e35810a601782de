using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>The text of <c>model.safetensors.index.json</c>, which gives each tensor its shard.</summary>
internal static class ShardIndexText
{
    /// <summary>Reads the index of a file on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pool">Has the names that headers have; null for none.</param>
    /// <exception cref="MergeOpsException">It cannot be read, is no index, or names a file that is never opened.</exception>
    public static ShardIndex Read(string path, HeaderPool? pool = null) => ShardIndexReader.Read(path, pool);

    /// <summary>Reads the text of an index.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="MergeOpsException">It is no index, or names a file that is never opened.</exception>
    public static ShardIndex Read(ReadOnlySpan<byte> text, string path) => ShardIndexReader.Parse(text, path);

    /// <summary>The bytes of the index of these tensors.</summary>
    public static ImmutableArray<byte> Write(IEnumerable<TensorInfo> tensors)
    {
        var json = new CanonicalJsonWriter();
        var totalSize = 0L;
        json.BeginObject();
        json.Name("weight_map").BeginObject();
        foreach (var tensor in tensors)
        {
            json.Name(tensor.Name).Value(tensor.File);
            totalSize += tensor.ByteLength;
        }

        json.EndObject();
        json.Name("metadata").BeginObject();
        json.Name("total_size").Value(totalSize);
        json.EndObject();
        json.EndObject();
        return [.. json.Written, (byte)'\n'];
    }
}
