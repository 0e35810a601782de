using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Writes <c>model.safetensors.index.json</c>.</summary>
internal static class ShardIndexText
{
    /// <summary>The bytes of the index of these tensors.</summary>
    public static ImmutableArray<byte> Of(IEnumerable<TensorInfo> tensors)
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
