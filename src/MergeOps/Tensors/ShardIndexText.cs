using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>The text of <c>model.safetensors.index.json</c>, which gives each tensor its shard.</summary>
internal static class ShardIndexText
{
    /// <summary>Reads the index of a file on disk.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is no index, or names a file that is never opened.</exception>
    public static ShardIndex Read(string path) => ShardIndexReader.Read(path);

    /// <summary>Reads the text of an index.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="MergeOpsException">It is no index, or names a file that is never opened.</exception>
    public static ShardIndex Read(ReadOnlySpan<byte> text, string path) => ShardIndexReader.Parse(text, path);

    /// <summary>The bytes of the index of these tensors.</summary>
    public static ImmutableArray<byte> Write(IEnumerable<TensorInfo> tensors)
    {
        var weightMap = new JsonObject();
        var totalSize = 0L;
        foreach (var tensor in tensors)
        {
            weightMap.Add(tensor.Name, tensor.File);
            totalSize += tensor.ByteLength;
        }

        return
        [
            .. Encoding.UTF8.GetBytes(CanonicalJson.Write(new JsonObject
            {
                ["metadata"] = new JsonObject { ["total_size"] = totalSize },
                ["weight_map"] = weightMap,
            })),
        ];
    }
}
